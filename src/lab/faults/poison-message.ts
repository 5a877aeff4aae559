import { between, pick } from '../runtime/random.ts';
import type { Delivery } from '../shop/traffic.ts';
import type { Fault } from './fault.ts';

const FOUND_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 100;

/** Somebody orders what the worker's code never thought of; it comes through the front door, like any order. */
export const poisonMessage: Fault = {
  id: 'message',
  title: 'A message that the worker cannot read',
  inject: async ({ traffic, messages, pause, random }) => {
    const usual: Delivery = { country: 'DE', grams: between(random, 200, 4_000), notBefore: new Date().toISOString() };
    const odd: Delivery = pick(random, [
      { ...usual, country: pick(random, ['IM', 'AX', 'XK', 'GG']) },
      { ...usual, grams: -between(random, 1, 900) },
      { ...usual, notBefore: pick(random, ['as soon as possible', '31.02.', 'tomorrow']) },
    ]);
    const text = JSON.stringify(odd);
    const before = new Set((await messages()).map(({ messageId }) => messageId));
    await traffic.order(odd);
    for (let waited = 0; waited < FOUND_WITHIN_MS; waited += LOOK_EVERY_MS) {
      const found = (await messages()).find(({ messageId, body }) => !before.has(messageId) && body.includes(text));
      if (found !== undefined) {
        const { messageId } = found;
        return {
          truth: { kind: 'poison_message', services: ['worker', 'queue'], subjects: [messageId], changeIds: [] },
          isActive: async () =>
            (await messages()).some((one) => one.messageId === messageId && one.status !== 'parked'),
        };
      }
      await pause(LOOK_EVERY_MS);
    }
    throw new Error('the order did not come through');
  },
};
