/**
 * Gives a page two more cameras that look at sheets of paper, and a window that can be shown: what
 * Chromium makes up by itself can be neither read nor unplugged.
 *
 * Put into the pages of a context by `add_init_script`.
 */

(() => {
  const media = navigator.mediaDevices;
  if (!media) return;
  const EVERY = 200;
  /** @type {Record<string, { title: string, lines: string[], slope: number }>} */
  const SHEETS = {
    certificate: {
      title: 'Справка о составе семьи № 2481',
      lines: [
        'Выдана: Смирновой Анне Петровне',
        'Адрес: ул. Садовая, д. 12, кв. 45',
        'Зарегистрировано: 3 человека',
        'Дата выдачи: 12.10.2026',
      ],
      slope: -0.02,
    },
    receipt: {
      title: 'Квитанция об оплате пошлины',
      lines: ['Сумма: 2 000 руб.', 'УИН 18810063220003456789', 'Оплачено 14.10.2026'],
      slope: 0.03,
    },
    window: {
      title: 'Сколько это стоит',
      lines: [
        'Паспорт впервые или по возрасту — 300 руб.',
        'Взамен утраченного — 1 500 руб.',
        'Срок: 5 рабочих дней',
        'Оплатить можно в центре или на портале',
      ],
      slope: 0,
    },
  };
  const CAMERAS = ['certificate', 'receipt'];
  const ask = media.getUserMedia.bind(media);
  const list = media.enumerateDevices.bind(media);
  /** @type {MediaStreamTrack[]} */
  const given = [];
  let isPlugged = true;

  media.getUserMedia = async (wanted = {}) => {
    const { exact } = /** @type {any} */ (wanted.video)?.deviceId ?? {};
    if (!CAMERAS.includes(exact)) return ask(wanted);
    if (!isPlugged) throw new DOMException('', 'NotFoundError');
    return film(exact);
  };
  media.enumerateDevices = async () => {
    const cameras = CAMERAS.map((deviceId, number) => ({
      kind: 'videoinput',
      deviceId,
      label: `Document camera ${number + 1}`,
    }));
    return [...(await list()), .../** @type {any} */ (isPlugged ? cameras : [])];
  };
  media.getDisplayMedia = () => Promise.resolve(film('window'));

  const paper = {
    /** Somebody pulls the cameras out. */
    pull() {
      isPlugged = false;
      for (const track of given.filter(({ readyState }) => readyState === 'live')) {
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }
      media.dispatchEvent(new Event('devicechange'));
    },
  };
  Object.assign(globalThis, { paper });

  /** @param {string} sheet */
  function film(sheet) {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1920, 1080];
    const draw = () => paint(canvas, SHEETS[sheet]);
    draw();
    const stream = canvas.captureStream();
    const [track] = stream.getTracks();
    const timer = setInterval(() => (track.readyState === 'live' ? draw() : clearInterval(timer)), EVERY);
    given.push(track);
    return stream;
  }

  /** @param {HTMLCanvasElement} canvas @param {typeof SHEETS['window']} sheet */
  function paint(canvas, { title, lines, slope }) {
    const { width, height } = canvas;
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    pen.resetTransform();
    pen.fillStyle = '#6b5a48';
    pen.fillRect(0, 0, width, height);
    pen.rotate(slope);
    pen.fillStyle = '#fbfaf5';
    pen.fillRect(180, 90, width - 360, height - 180);
    pen.fillStyle = '#1c2430';
    pen.font = '600 72px "Golos Text"';
    pen.fillText(title, 260, 230);
    pen.font = '48px "Golos Text"';
    for (const [number, line] of lines.entries()) pen.fillText(line, 260, 350 + number * 100);
    pen.fillStyle = '#8a2b2b';
    pen.fillRect(width - 520, height - 330, 200, 130);
  }
})();
