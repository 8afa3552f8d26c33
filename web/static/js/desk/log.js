import { find } from '../ui/dom.js';
import { Rows } from './rows.js';

new Rows(find('main'));
