import { findAs, onActions } from '../ui/dom.js';
import { ScreenSwitch } from '../ui/screen_switch.js';
import { Comfort } from './comfort.js';

/** After so long nobody is there who chose large text or other colours. */
const QUIET_MS = 60_000;

const comfort = new Comfort();
const screens = new ScreenSwitch();

onActions({
  comfort: () => comfort.open(),
  'insecure-go-on': () => screens.show('attract'),
});

// Over plain http from another machine browsers give no camera: say so before anyone waits in line.
if (!isSecureContext) {
  const local = new URL(location.href);
  local.hostname = 'localhost';
  const link = findAs(HTMLAnchorElement, '[data-localhost]');
  link.href = local.href;
  link.textContent = local.href;
  screens.show('insecure');
}

/** @type {ReturnType<typeof setTimeout>} */
let timer;
function startOver() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (!comfort.isChosen) return;
    Comfort.forget();
    location.reload();
  }, QUIET_MS);
}
for (const sign of ['pointerdown', 'keydown']) addEventListener(sign, startOver);
startOver();
addEventListener('pageshow', (event) => event.persisted && location.reload());
