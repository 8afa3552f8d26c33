import { pageData, t } from '../core/texts.js';
import { Wire } from '../core/wire.js';
import { find, write } from '../ui/dom.js';
import { CallAnswers } from './call_answers.js';
import { CallSigns } from './call_signs.js';
import { LiveWall } from './live_wall.js';
import { Rows } from './rows.js';

const { ws, language } = pageData();
const connection = find('[data-connection]');
const wall = new LiveWall(find('[data-wall]'));
const wire = new Wire({ url: ws, language });
let isUp = true;

function sayOld() {
  write(connection, t('The connection is interrupted. These numbers may be old; we are reconnecting.'));
}

new Rows(find('main'));
new CallAnswers(find('main'), () => wall.refresh());
const signs = new CallSigns(find('main'));
wall.on('old', sayOld);
wall.on('fresh', () => {
  signs.look();
  if (isUp) write(connection, '');
});
wire.on('wall', () => wall.refresh());
wire.on('up', () => {
  isUp = true;
  wall.refresh();
});
wire.on('down', () => {
  isUp = false;
  sayOld();
});
wire.on('refused', () => location.reload());
wire.open();
