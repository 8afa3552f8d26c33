import { onActions } from '../ui/dom.js';
import { Comfort } from './comfort.js';

// A booth page that only needs text and contrast.
const comfort = new Comfort();
onActions({ comfort: () => comfort.open() });
