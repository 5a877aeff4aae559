import { between, pick } from '../runtime/random.ts';
import type { Fault } from './fault.ts';
import { notesFor } from './release-notes.ts';

/** A release keeps something of every request. The platform ends the process at its limit, so that the machine is safe. */
export const cacheGrows: Fault = {
  id: 'cache',
  title: 'A release caches without a bound',
  inject: async ({ deploy, version, random }) => {
    const service = pick(random, ['gateway', 'orders']);
    const notes = notesFor(random, [
      'Keep price lists at hand between requests',
      'Faster summaries for returning customers',
      'Remember what a request has loaded',
    ]);
    const released = await deploy(service, notes, {
      cachePerRequest: true,
      cachedPrices: between(random, 1_600, 2_800),
    });
    return {
      truth: { kind: 'memory_leak', services: [service], subjects: [released.version], changeIds: [released.changeId] },
      isActive: async () => (await version(service)) === released.version,
    };
  },
};
