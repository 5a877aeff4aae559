/**
 * Child process of the crash test: appends to the log in its argument until it is killed, and writes the id of every
 * event to stdout once its append has resolved.
 */
import { writeSync } from 'node:fs';
import { openEmbeddedLog } from '../embedded-log.ts';
import { newEvent, STREAM } from './events.ts';

const [, , dataDir = '', prefix = ''] = process.argv;
const { log } = await openEmbeddedLog({ dataDir });

const appendForever = async (lane: number): Promise<never> => {
  for (let count = 0; ; count += 1) {
    const ids = [`${prefix}.${lane}.${count}`, `${prefix}.${lane}.${count}+`];
    await log.append({ ...STREAM, events: ids.map((id) => newEvent(id)) });
    // Synchronous: a line that is out says that the event is durable, and the kill must not eat it.
    writeSync(1, `${ids.join('\n')}\n`);
  }
};

await Promise.all(Array.from({ length: 8 }, (_, lane) => appendForever(lane)));
