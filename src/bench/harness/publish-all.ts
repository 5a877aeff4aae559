import { setTimeout as wait } from 'node:timers/promises';
import type { Publisher } from './side.ts';

/** With its envelope an event has about 400 bytes on the wire. */
export const PADDING = 'x'.repeat(165);
/** How many of the publisher's ticks are unanswered at a time: enough that no server waits for the publisher. */
export const TICKS_UNDER_WAY = 64;

/** So many messages, no two alike. */
export const textsOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `m${index}${PADDING}`);

/**
 * Publishes the messages in their order, `perTick` in a frame, and closes the publisher when all are answered. With
 * `everyMs` a tick is not sent before its time; without it as fast as they are answered.
 */
export const publishAll = async (
  publisher: Publisher,
  messages: readonly string[],
  { perTick, everyMs = 0 }: { perTick: number; everyMs?: number },
): Promise<void> => {
  const underWay = new Set<Promise<void>>();
  const began = performance.now();
  for (let from = 0; from < messages.length; from += perTick) {
    const one = publisher.send(messages.slice(from, from + perTick)).finally(() => underWay.delete(one));
    underWay.add(one);
    const early = began + (from / perTick + 1) * everyMs - performance.now();
    await (early > 0 ? wait(early) : new Promise((resolve) => setImmediate(resolve)));
    if (underWay.size >= TICKS_UNDER_WAY) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  publisher.close();
};
