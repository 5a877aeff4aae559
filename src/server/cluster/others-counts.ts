import { z } from 'zod';
import { BELIEVED_MS, type Neighbours } from './neighbours.ts';

const Counts = z.record(z.string(), z.number());

type Told = { counts: Readonly<Record<string, number>>; at: number };

/** Numbers by name that each node has and all want the sum of. */
export const createOthersCounts = (neighbours: Neighbours, topic: string, elapsed: () => number) => {
  const told = new Map<string, Told>();
  neighbours.hear(topic, (message, from) => {
    const { data } = Counts.safeParse(message);
    if (data !== undefined) told.set(from, { counts: data, at: elapsed() });
  });
  return {
    tell: (counts: Readonly<Record<string, number>>): void => neighbours.tell(topic, counts),
    /** What the other nodes have of this name together; those that have not been heard for a while have none. */
    of(name: string): number {
      let sum = 0;
      for (const [from, { counts, at }] of told) {
        if (elapsed() - at > BELIEVED_MS) told.delete(from);
        else sum += counts[name] ?? 0;
      }
      return sum;
    },
  };
};
