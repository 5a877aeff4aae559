import type { LoggedEvent } from '../log/event-log.ts';
import type { Feed } from './feed.ts';

/** What was left to one feed and it had not come to: between which positions, and the greatest seq among it. */
type Left = { from: number; to: number; lastSeq: number };
type Debt = { from: number; to: number; has: (event: LoggedEvent) => boolean };

/** A feed that has ended: what it was about, and up to which seq of that all has been delivered, by it or another. */
export type Ended = { feed: Feed; reached: number; isAbout: (event: LoggedEvent) => boolean };

/**
 * The events that a tenant's feed leaves to the feeds of single incidents, so that each comes once. Such a feed may end
 * before it has come to them. Then they are owed, and the tenant's feed goes back to the first of them: of all that it
 * has passed already it delivers what is owed, and nothing else a second time. They stay in the log and not in memory.
 */
export const createLeftEvents = () => {
  const left = new Map<Feed, Left>();
  let debts: readonly Debt[] = [];
  /** Up to this position everything was delivered, or left to a feed. */
  let settledTo = 0;

  const isOwed = (event: LoggedEvent): boolean =>
    debts.some(({ from, to, has }) => from <= event.position && event.position <= to && has(event));

  return {
    /** Whether the tenant's feed is to deliver the event, which `feed` delivers or has delivered where there is one. */
    wants(event: LoggedEvent, feed: Feed | undefined): boolean {
      if (event.position <= settledTo && !isOwed(event)) return false;
      if (feed === undefined) return true;
      const reached = feed.position();
      if (event.seq <= reached) return false;
      const known = left.get(feed);
      const isBehind = known !== undefined && known.lastSeq > reached;
      left.set(feed, {
        from: isBehind ? Math.min(known.from, event.position) : event.position,
        to: Math.max(known?.to ?? 0, event.position),
        lastSeq: Math.max(known?.lastSeq ?? 0, event.seq),
      });
      return false;
    },

    /**
     * After which position the tenant's feed, which has come to `position`, goes on so that nothing is lost that it left
     * to the feed that has ended; undefined where nothing would be.
     */
    takeBack({ feed, reached, isAbout }: Ended, position: number): number | undefined {
      const known = left.get(feed);
      left.delete(feed);
      if (known === undefined || known.lastSeq <= reached) return undefined;
      // Up to there the other debts are settled.
      const open = debts.map((debt) => ({ ...debt, from: Math.max(debt.from, position + 1) }));
      const has = (event: LoggedEvent): boolean => event.seq > reached && isAbout(event);
      debts = [...open.filter(({ from, to }) => from <= to), { from: known.from, to: known.to, has }];
      settledTo = Math.max(settledTo, position);
      return known.from - 1;
    },
  };
};
