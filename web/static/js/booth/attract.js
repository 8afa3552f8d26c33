import { pageData, t } from '../core/texts.js';
import { Wire } from '../core/wire.js';
import { Announcer } from '../ui/announcer.js';
import { find, findAs, onActions, write } from '../ui/dom.js';
import { Errands } from '../ui/errands.js';
import { ScreenSwitch } from '../ui/screen_switch.js';
import { showBroken } from './broken.js';
import { Comfort } from './comfort.js';
import { HostCall } from './host_call.js';
import { IdleCheck } from './idle_check.js';
import { isLive } from './screens.js';

/** After so long nobody is there who chose large text or other colours. */
const QUIET_MS = 60_000;

const page = /** @type {import('../core/types').Page & { checks: import('./check_schedule.js').Schedule,
  modes: import('../core/types').Mode[] }} */ (pageData());
const comfort = new Comfort();
const screens = new ScreenSwitch();
const wire = new Wire({ url: page.ws, language: page.language });
const host = new HostCall({
  wire,
  errands: new Errands(wire),
  announcer: new Announcer(),
  issues: () => [],
});

onActions({
  ...host.actions,
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

// Whoever restarted the terminal comes back to the visit that was under way.
wire.on('booth.state', ({ consultation, health }) => {
  showBroken(health);
  if (isSecureContext) {
    const isUnfit = page.modes.every((mode) => health?.cannot.includes(mode));
    screens.show(isUnfit ? 'unfit' : 'attract');
  }
  if (!isLive(consultation)) return;
  wire.close();
  location.replace(`/booth/${consultation.language}`);
});
// The credential is void, or another window has taken over and is the booth now.
wire.on('refused', () => location.reload());
new IdleCheck(wire, page.checks, (isRunning) => {
  // Who passes by may hear a tone, and is told what it is.
  write(find('[data-connection]'), isRunning ? t('This booth is checking itself.') : '');
  document.body.toggleAttribute('data-checking', isRunning);
});
wire.open();
