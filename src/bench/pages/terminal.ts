/** A terminal that is written a line for each event, with room for all of them. */
import '@xterm/xterm/css/xterm.css';
import { Terminal } from '@xterm/xterm';
import { eventsIn, FEED, lineOf, rootElement } from './wire.ts';

const terminal = new Terminal({ cols: 160, rows: 48, scrollback: 1_000_000, convertEol: true });
terminal.open(rootElement());

const held = document.createElement('p');
held.id = 'held';
held.style.cssText = 'position: fixed; top: 0; right: 0; background: white';
document.body.append(held);

let count = 0;
const show = (more: number): void => {
  count += more;
  held.textContent = `${count} events`;
};
show(0);

new WebSocket(FEED).addEventListener('message', ({ data }) => {
  const events = eventsIn(JSON.parse(String(data)));
  if (events.length > 0)
    terminal.write(events.map((event) => `${lineOf(event)}\n`).join(''), () => show(events.length));
});
