import { firstIndex } from '../../incident/first-index.ts';
import type { IncidentSummary } from '../../protocol/api.ts';

/** An incident with what sorting and searching ten thousand of them would otherwise work out again each time. */
export type IncidentRow = { incident: IncidentSummary; createdMs: number; text: string };

export type IncidentRows = {
  /** Newest first. */
  list: readonly IncidentRow[];
  byId: ReadonlyMap<string, IncidentRow>;
};

export const noRows: IncidentRows = { list: [], byId: new Map() };

const toRow = (incident: IncidentSummary): IncidentRow => ({
  incident,
  createdMs: Date.parse(incident.createdAt) || 0,
  text: `${incident.title} ${incident.incidentId}`.toLowerCase(),
});

const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

const compare = (a: IncidentRow, b: IncidentRow): number =>
  b.createdMs - a.createdMs || compareText(b.incident.incidentId, a.incident.incidentId);

const isSame = (a: IncidentSummary, b: IncidentSummary): boolean =>
  a.status === b.status &&
  a.severity === b.severity &&
  a.title === b.title &&
  a.source === b.source &&
  a.createdAt === b.createdAt;

/** Two lists in order as one. Pages come in order, so this is a walk, and mostly an append. */
const mergeSorted = (a: readonly IncidentRow[], b: readonly IncidentRow[]): IncidentRow[] => {
  const merged: IncidentRow[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && (right === undefined || compare(left, right) <= 0)) {
      merged.push(left);
      i += 1;
    } else if (right !== undefined) {
      merged.push(right);
      j += 1;
    }
  }
  return merged;
};

/** Where a row that is in the list stands. */
const placeOf = (list: readonly IncidentRow[], row: IncidentRow): number =>
  firstIndex(0, list.length, (index) => {
    const other = list[index];
    return other !== undefined && compare(other, row) < 0;
  });

/** With these incidents as they are now; what did not change keeps its identity. */
export const withIncidents = (rows: IncidentRows, incidents: readonly IncidentSummary[]): IncidentRows => {
  const changed = new Map<string, IncidentRow>();
  for (const incident of incidents) {
    const before = rows.byId.get(incident.incidentId);
    if (before === undefined || !isSame(before.incident, incident)) changed.set(incident.incidentId, toRow(incident));
  }
  if (changed.size === 0) return rows;
  const byId = new Map(rows.byId);
  for (const [incidentId, row] of changed) byId.set(incidentId, row);
  const areInPlace = [...changed].every(([id, row]) => rows.byId.get(id)?.createdMs === row.createdMs);
  if (areInPlace) {
    const list = [...rows.list];
    for (const row of changed.values()) list[placeOf(list, row)] = row;
    return { list, byId };
  }
  const kept = rows.list.filter((row) => !changed.has(row.incident.incidentId));
  return { list: mergeSorted(kept, [...changed.values()].sort(compare)), byId };
};
