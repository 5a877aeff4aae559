import type { Checkpoint } from '../../incident/chronicle.ts';
import { FOLD_VERSION, isStoredState, restoreState } from '../../incident/stored-state.ts';
import { InvestigationSnapshot } from '../../protocol/api.ts';
import { read } from './request.ts';

/** A place in an incident: after this seq, or after so many events. */
export type SnapshotPlace = { atSeq: number } | { atEvents: number };

/** What the events up to there amount to; undefined where this server folds otherwise than this page. */
export const readSnapshot = async (
  incidentId: string,
  place: SnapshotPlace,
): Promise<(Checkpoint & { seq: number }) | undefined> => {
  const [[name, value] = ['', 0]] = Object.entries(place);
  const path = `/v1/investigation/${encodeURIComponent(incidentId)}/snapshot?${name}=${value}`;
  const { foldVersion, investigation, events, seq } = await read(path, InvestigationSnapshot);
  if (foldVersion !== FOLD_VERSION || !isStoredState(investigation)) return undefined;
  return { end: events, seq, investigation: restoreState(investigation) };
};
