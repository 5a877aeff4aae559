import { eventAt } from '../../incident/chronicle.ts';
import type { IncidentEvent } from '../../incident/event.ts';
import type { LiveStore } from '../store/live-store.ts';

/**
 * Fetches what an incident was opened without. Where that fails, it is on the server for whoever scrolls up to it.
 * `readAllBefore` resolves to all events of an incident before a seq, ascending, and rejects where they cannot be had.
 */
export const fillIn = async (
  store: LiveStore,
  incidentId: string,
  readAllBefore: (incidentId: string, seq: number) => Promise<readonly IncidentEvent[]>,
): Promise<void> => {
  const { chronicle } = store.feed(incidentId) ?? {};
  const oldest = chronicle === undefined ? undefined : eventAt(chronicle, chronicle.first)?.seq;
  if (oldest == null) return;
  const events = await readAllBefore(incidentId, oldest).catch(() => []);
  if (store.feed(incidentId) !== undefined) store.fill(incidentId, oldest, events);
};
