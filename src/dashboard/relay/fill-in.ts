import { eventAt } from '../../incident/chronicle.ts';
import type { IncidentEvent } from '../../incident/event.ts';
import type { LiveStore } from '../store/live-store.ts';
import type { Scheduler } from './frame-batcher.ts';

/** What an incident was opened with is painted by then. */
const FILL_AFTER_MS = 250;

type FillerOptions = {
  store: LiveStore;
  scheduler: Scheduler;
  /** Puts into the store what has come and waits for a frame. */
  flush: () => void;
  /** All events of an incident before a seq, ascending. Rejects where they cannot be had. */
  readAllBefore: (incidentId: string, seq: number) => Promise<readonly IncidentEvent[]>;
};

/**
 * For an incident that was just opened: its newest events are drawn with what was before them, and what a small one was
 * opened without is fetched once that is painted. Where that fails, it is on the server for whoever scrolls up to it.
 */
export const createFiller = ({ store, scheduler, flush, readAllBefore }: FillerOptions) => {
  const fill = async (incidentId: string): Promise<void> => {
    flush();
    const { chronicle } = store.feed(incidentId) ?? {};
    const oldest = chronicle === undefined ? undefined : eventAt(chronicle, chronicle.first)?.seq;
    if (oldest == null) return;
    const events = await readAllBefore(incidentId, oldest).catch(() => []);
    if (store.feed(incidentId) !== undefined) store.fill(incidentId, oldest, events);
  };
  return (incidentId: string): void => {
    flush();
    if (store.feed(incidentId)?.filling === true) scheduler.onTimeout(() => void fill(incidentId), FILL_AFTER_MS);
  };
};
