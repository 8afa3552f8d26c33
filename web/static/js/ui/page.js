import { Preferences } from './preferences.js';

// What every staff page does, whatever else it does.
new Preferences();
