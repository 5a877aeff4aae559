import { pick } from '../runtime/random.ts';
import type { Fault } from './fault.ts';

const CHUNKS = 4_000;
const LOOK_EVERY_MS = 50;

/** A job over many rows runs in one transaction and keeps the lock that every write needs. */
export const longTransaction: Fault = {
  id: 'transaction',
  title: 'A job holds the write lock in one long transaction',
  inject: async ({ shop, startJob, transactions, pause, random }) => {
    const job = pick(random, shop.jobs);
    const changeId = await startJob(job, CHUNKS, true);
    for (;;) {
      const open = (await transactions()).find((one) => one.job === job);
      if (open !== undefined) {
        return {
          truth: {
            kind: 'long_transaction',
            services: ['worker', 'orders'],
            subjects: [job, open.transactionId],
            changeIds: [changeId],
          },
          isActive: async () =>
            (await transactions()).some(({ transactionId }) => transactionId === open.transactionId),
        };
      }
      await pause(LOOK_EVERY_MS);
    }
  },
};
