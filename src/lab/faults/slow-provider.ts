import { between } from '../runtime/random.ts';
import type { Fault } from './fault.ts';

/** The payment provider has a bad day, and nothing in payments protects the shop from it. */
export const slowProvider: Fault = {
  id: 'provider',
  title: 'The payment provider is slow, without a circuit breaker',
  inject: async ({ slowProvider: slow, shop, key, setting, random }) => {
    let isSlow = true;
    await slow(between(random, 900, 2_600));
    return {
      truth: {
        kind: 'slow_dependency',
        services: ['payments', shop.provider],
        subjects: [shop.provider],
        changeIds: [],
      },
      isActive: async () => isSlow && (await setting('payments', key('breaker'))) !== 'on',
      // A bad day ends; were it endless, more payments would be put off than anybody can take later.
      subside: async () => {
        await slow(0);
        isSlow = false;
      },
    };
  },
};
