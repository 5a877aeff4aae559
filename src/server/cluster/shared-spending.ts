import { z } from 'zod';
import type { Neighbours } from './neighbours.ts';

/** How late the other nodes know at most what was let through here. */
const TELL_AFTER_MS = 250;

const Spent = z.record(z.string(), z.number().positive());

/**
 * Lets a limit hold for all nodes together: what is spent on one, by name, counts on the others soon after. A limit can be
 * overdrawn by what each of them lets through in that time; who is unheard counts alone, so that no node waits for another.
 */
export const shareSpending = (
  neighbours: Neighbours,
  topic: string,
  onOthers: (name: string, count: number) => void,
): ((name: string) => void) => {
  const untold = new Map<string, number>();
  neighbours.hear(topic, (message) => {
    const { data } = Spent.safeParse(message);
    for (const [name, count] of Object.entries(data ?? {})) onOthers(name, count);
  });
  const tell = (): void => {
    neighbours.tell(topic, Object.fromEntries(untold));
    untold.clear();
  };
  return (name) => {
    if (untold.size === 0) setTimeout(tell, TELL_AFTER_MS).unref();
    untold.set(name, (untold.get(name) ?? 0) + 1);
  };
};
