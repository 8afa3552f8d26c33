import { ask } from '../ui/dialogs.js';
import { onActions } from '../ui/dom.js';
import { Films } from './films.js';

const films = new Films();
onActions({
  play: () => films.toggle(),
  'remove-recording': () => void ask('remove-recording'),
});
