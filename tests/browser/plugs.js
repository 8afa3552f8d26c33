/**
 * Lets a test pull devices out of the browser, at its own boundary: what Chromium offers as fake
 * devices can be neither unplugged nor taken by another program.
 *
 * Put into the pages of a context by `add_init_script`.
 */

(() => {
  /** @typedef {'microphone' | 'camera' | 'speaker'} Kind */
  /** @typedef {'audio' | 'video'} Asked */

  /** @type {Record<Kind, { asked: Asked | null, listed: MediaDeviceKind }>} */
  const KINDS = {
    microphone: { asked: 'audio', listed: 'audioinput' },
    camera: { asked: 'video', listed: 'videoinput' },
    speaker: { asked: null, listed: 'audiooutput' },
  };
  const media = navigator.mediaDevices;
  if (!media) return;
  const ask = media.getUserMedia.bind(media);
  const list = media.enumerateDevices.bind(media);

  /** @type {Map<Kind, string>} the names of the errors that asking for them gives */
  const errors = new Map();
  /** @type {MediaStreamTrack[]} */
  const given = [];

  media.getUserMedia = async (wanted = {}) => {
    for (const [kind, error] of errors) {
      const { asked } = KINDS[kind];
      if (asked && wanted[asked]) throw new DOMException('', error);
    }
    const stream = await ask(wanted);
    given.push(...stream.getTracks());
    return stream;
  };
  media.enumerateDevices = async () => {
    const all = await list();
    return all.filter(({ kind }) =>
      [...errors].every(([each, error]) => error === 'NotReadableError' || KINDS[each].listed !== kind),
    );
  };

  const plugs = {
    /** How often a page has described its end of a connection. */
    negotiations: 0,
    /** Somebody pulls it out. @param {Kind} kind */
    pull(kind) {
      errors.set(kind, 'NotFoundError');
      end(kind);
      media.dispatchEvent(new Event('devicechange'));
    },
    /** Another program takes it. @param {Kind} kind */
    take(kind) {
      errors.set(kind, 'NotReadableError');
      end(kind);
    },
    /** It is plugged in again, or the other program lets go of it. @param {Kind} kind */
    put(kind) {
      errors.delete(kind);
      media.dispatchEvent(new Event('devicechange'));
    },
    /** The button of a headset, or the system. @param {Kind} kind @param {boolean} on */
    mute(kind, on) {
      for (const track of live(kind)) {
        Object.defineProperty(track, 'muted', { value: on, configurable: true });
        track.dispatchEvent(new Event(on ? 'mute' : 'unmute'));
      }
    },
  };

  const { prototype } = RTCPeerConnection;
  const describe = prototype.setLocalDescription;
  prototype.setLocalDescription = function (/** @type {[any]} */ ...description) {
    plugs.negotiations += 1;
    return describe.apply(this, /** @type {any} */ (description));
  };
  Object.assign(globalThis, { plugs });

  /** @param {Kind} kind */
  function live(kind) {
    const { asked } = KINDS[kind];
    return given.filter((track) => track.kind === asked && track.readyState === 'live');
  }

  /** @param {Kind} kind */
  function end(kind) {
    for (const track of live(kind)) {
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
  }
})();
