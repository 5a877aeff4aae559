import type { Fault } from './fault.ts';
import { notesFor } from './release-notes.ts';

/** A release of payments keeps its connection where a card is declined. */
export const poolLeak: Fault = {
  id: 'pool',
  title: 'A release leaks connections on an error path',
  inject: async ({ deploy, version, random }) => {
    const notes = notesFor(random, [
      'Return early when a card is declined',
      'Clearer answer for declined cards',
      'Simplify error handling of charges',
    ]);
    const released = await deploy('payments', notes, { keepsConnectionOnDecline: true });
    return {
      truth: {
        kind: 'connection_leak',
        services: ['payments'],
        subjects: [released.version],
        changeIds: [released.changeId],
      },
      isActive: async () => (await version('payments')) === released.version,
    };
  },
};
