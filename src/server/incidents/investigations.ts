import { emptyLedger } from '../../incident/empty.ts';
import { ingest } from '../../incident/ledger.ts';
import type { Investigation, Ledger } from '../../incident/state.ts';
import type { EventLog } from '../log/event-log.ts';
import { toFoldable } from './stored-event.ts';

const PAGE_EVENTS = 2_000;
/** Folded investigations that are kept; any other is folded anew from the log when it is asked for. */
const KEPT = 64;

export type Folded = {
  investigation: Investigation;
  ledger: Ledger;
  /** The newest seq of an event about this plan: what a decision on it compares with. */
  keySeq: ReadonlyMap<string, number>;
};

type Kept = { ledger: Ledger; lastSeq: number; keySeq: Map<string, number>; catchingUp: Promise<void> };

export type Investigations = { get(tenantId: string, incidentId: string): Promise<Folded> };

/** The investigations as the log has them now: each folded once and caught up whenever somebody asks. */
export const createInvestigations = (log: EventLog): Investigations => {
  const kept = new Map<string, Kept>();

  const catchUp = async (entry: Kept, tenantId: string, incidentId: string): Promise<void> => {
    for (;;) {
      const page = await log.read({ tenantId, stream: incidentId, afterSeq: entry.lastSeq, limit: PAGE_EVENTS });
      for (const event of page.events) if (event.key !== '') entry.keySeq.set(event.key, event.seq);
      entry.ledger = ingest(
        entry.ledger,
        page.events.flatMap((event) => toFoldable(event) ?? []),
      );
      entry.lastSeq = page.events.at(-1)?.seq ?? entry.lastSeq;
      if (page.events.length === 0 || entry.lastSeq >= page.headSeq) return;
    }
  };

  const open = (name: string, incidentId: string): Kept => {
    const entry = kept.get(name) ?? {
      ledger: emptyLedger(incidentId),
      lastSeq: 0,
      keySeq: new Map<string, number>(),
      catchingUp: Promise.resolve(),
    };
    kept.delete(name);
    kept.set(name, entry);
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(oldest);
    }
    return entry;
  };

  return {
    async get(tenantId, incidentId) {
      const entry = open(`${tenantId}/${incidentId}`, incidentId);
      const done = entry.catchingUp.then(() => catchUp(entry, tenantId, incidentId));
      entry.catchingUp = done.catch(() => undefined);
      await done;
      return { investigation: entry.ledger.investigation, ledger: entry.ledger, keySeq: new Map(entry.keySeq) };
    },
  };
};
