import type { IncidentEvent } from '../../incident/event.ts';
import { backoffMs } from '../../protocol/backoff.ts';
import type { LiveStore } from '../store/live-store.ts';
import type { Scheduler } from './frame-batcher.ts';

/** `isWhole`: the API answered everything that was asked. */
export type Rehydrated = { events: readonly IncidentEvent[]; isWhole: boolean };

/** All that the API knows of an incident, or what became of its plans. */
export type PastPart = 'all' | 'plans';

/**
 * What a relay that keeps no positions leaves out comes from the API. It is asked again until it has answered all of it:
 * a hole in the past is healed or said. Of one incident it is asked one thing at a time.
 */
export const createApiPast = (options: {
  store: LiveStore;
  scheduler: Scheduler;
  /** Never rejects. */
  rehydrate: (incidentId: string, part: PastPart) => Promise<Rehydrated>;
  isWatched: (incidentId: string) => boolean;
}) => {
  const { store, scheduler } = options;
  /** Incidents that are being asked about; true: all of it is wanted once more after that. */
  const underWay = new Map<string, boolean>();
  const waiting = new Map<string, () => void>();
  let life = 0;

  const stopWaiting = (incidentId: string): void => {
    waiting.get(incidentId)?.();
    waiting.delete(incidentId);
  };

  const ask = async (incidentId: string, part: PastPart, tries = 0): Promise<void> => {
    stopWaiting(incidentId);
    if (underWay.has(incidentId)) return void underWay.set(incidentId, true);
    underWay.set(incidentId, false);
    const mine = life;
    const { events, isWhole } = await options.rehydrate(incidentId, part);
    if (mine !== life) return;
    const isWantedAgain = underWay.get(incidentId) === true;
    underWay.delete(incidentId);
    if (!options.isWatched(incidentId)) return;
    store.receive(new Map([[incidentId, [...events]]]), null);
    if (part === 'all') store.filledIn(incidentId, isWhole);
    if (isWantedAgain) void ask(incidentId, 'all');
    else if (!isWhole) {
      const again = (): void => void ask(incidentId, part, tries + 1);
      waiting.set(incidentId, scheduler.onTimeout(again, backoffMs(tries + 2)));
    }
  };

  return {
    askAll: (incidentId: string): void => void ask(incidentId, 'all'),
    /** Nothing where an answer is on its way, or the API could not answer a moment ago. */
    askPlans: (incidentId: string): void => {
      if (!underWay.has(incidentId) && !waiting.has(incidentId)) void ask(incidentId, 'plans');
    },
    forget: stopWaiting,
    clear: (): void => {
      life += 1;
      for (const stop of waiting.values()) stop();
      waiting.clear();
      underWay.clear();
    },
  };
};
