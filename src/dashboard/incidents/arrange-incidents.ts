import type { IncidentRow } from '../api/incident-rows.ts';
import { isActive } from '../lib/incident-status.ts';
import type { IncidentFilter } from './incidents-search.ts';

const listed = (text: string | undefined): ReadonlySet<string> | undefined =>
  text === undefined ? undefined : new Set(text.split(','));

/** Whether a row fits: every word of `q` is in its title or id, and it has one of the values of each list. */
export const matcherOf = ({ severity, status, source, q = '' }: IncidentFilter): ((row: IncidentRow) => boolean) => {
  const [severities, statuses, sources] = [listed(severity), listed(status), listed(source)];
  const words = q.toLowerCase().split(/\s+/);
  return ({ incident, text }) =>
    (severities === undefined || severities.has(incident.severity)) &&
    (statuses === undefined || statuses.has(incident.status)) &&
    (sources === undefined || sources.has(incident.source)) &&
    words.every((word) => text.includes(word));
};

/** Rows in the order of the list; the first `active` of them are under the heading of those that are not over. */
export type Arrangement = { rows: readonly IncidentRow[]; active: number };

/** What matches, active ones first, each part in the order of `list`. */
export const arrange = (list: readonly IncidentRow[], filter: IncidentFilter): Arrangement => {
  const fits = matcherOf(filter);
  const [active, finished]: [IncidentRow[], IncidentRow[]] = [[], []];
  for (const row of list) if (fits(row)) (isActive(row.incident.status) ? active : finished).push(row);
  return { rows: [...active, ...finished], active: active.length };
};

export type HeldOrder = { ids: readonly string[]; active: number };

/**
 * The rows in the order that was `held`, so that none moves under a pointer: each stays in its place, also when it no
 * longer fits. What loads after the last of them is appended; what belongs between them is counted as `fresh`.
 */
export const holdOrder = (
  held: HeldOrder,
  { rows }: Arrangement,
  byId: ReadonlyMap<string, IncidentRow>,
): Arrangement & { fresh: number } => {
  const isHeld = new Set(held.ids);
  const last = rows.findLastIndex(({ incident }) => isHeld.has(incident.incidentId));
  const between = rows.slice(0, last + 1).filter(({ incident }) => !isHeld.has(incident.incidentId));
  const kept = held.ids.flatMap((incidentId) => byId.get(incidentId) ?? []);
  return { rows: [...kept, ...rows.slice(last + 1)], active: held.active, fresh: between.length };
};
