import type { Keep } from '../log/until-kept.ts';

type Queue<Item> = { items: Item[] };

/**
 * What is still to be done for each incident, one after the other; no incident waits for another. All of it is held back
 * until `begin`. `settle` answers whether it is done with the first; one that it is not done with is given to it again.
 */
export const createQueues = <Item>(keep: Keep, settle: (item: Item) => Promise<boolean>) => {
  const queues = new Map<string, Queue<Item>>();
  let isHeld = true;

  const run = async (name: string, queue: Queue<Item>): Promise<void> => {
    // What comes in the same batch as the first is heard before it is decided on.
    await Promise.resolve();
    for (let first = queue.items[0]; first !== undefined; first = queue.items[0]) {
      const item = first;
      let isSettled = true;
      await keep(async () => {
        // It may have been taken out while the log was away.
        if (queue.items[0] === item) isSettled = await settle(item);
      });
      if (isSettled && queue.items[0] === item) queue.items.shift();
    }
    queues.delete(name);
  };

  return {
    waiting: (name: string): readonly Item[] => queues.get(name)?.items ?? [],
    add(name: string, item: Item): void {
      const known = queues.get(name);
      if (known !== undefined) return void known.items.push(item);
      const queue = { items: [item] };
      queues.set(name, queue);
      if (!isHeld) void run(name, queue);
    },
    /** Only these go on waiting. */
    reduce(name: string, items: readonly Item[]): void {
      const queue = queues.get(name);
      if (queue === undefined) return;
      queue.items = [...items];
      if (isHeld && items.length === 0) queues.delete(name);
    },
    begin(): void {
      isHeld = false;
      for (const [name, queue] of queues) void run(name, queue);
    },
  };
};
