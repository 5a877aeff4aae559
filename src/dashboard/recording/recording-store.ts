import { createLiveStore, type LiveStore } from '../store/live-store.ts';
import type { Recording } from './read-recording.ts';

/** A store that has one incident, all of it, and that nothing more comes to. */
export const storeOf = ({ head, events }: Recording): LiveStore => {
  const store = createLiveStore();
  const headSeq = events.reduce((last, { seq }) => Math.max(last, seq ?? 0), 0);
  store.keepWhole(head.incidentId);
  store.receive(new Map([[head.incidentId, [...events]]]), null);
  store.subscribed(head.incidentId, { headSeq }, Date.now());
  store.setConnection({ state: 'stopped', reason: 'a recording' });
  return store;
};
