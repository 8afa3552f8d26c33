import { onActions } from '../ui/dom.js';
import { Films } from './films.js';

const films = new Films();
onActions({ play: () => films.toggle() });
