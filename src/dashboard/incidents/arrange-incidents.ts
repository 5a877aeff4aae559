import type { IncidentSummary } from '../../protocol/api.ts';
import { isActive } from '../lib/incident-status.ts';
import type { IncidentsSearch } from './incidents-search.ts';

const newestFirst = (a: IncidentSummary, b: IncidentSummary): number =>
  Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.incidentId < b.incidentId ? 1 : -1);

/** Every word of `q` is in the title or the id. The row's own values count, for they change after the server filtered. */
export const matches = (incident: IncidentSummary, { severity, status, source, q = '' }: IncidentsSearch): boolean => {
  if (severity !== undefined && incident.severity !== severity) return false;
  if (status !== undefined && incident.status !== status) return false;
  if (source !== undefined && incident.source !== source) return false;
  const text = `${incident.title} ${incident.incidentId}`.toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

/** Each once, what matches, active ones first and the newest first within. */
export const arrange = (incidents: readonly IncidentSummary[], search: IncidentsSearch): IncidentSummary[] => {
  const each = new Map(incidents.map((incident) => [incident.incidentId, incident]));
  const found = [...each.values()].filter((incident) => matches(incident, search)).sort(newestFirst);
  return [
    ...found.filter((incident) => isActive(incident.status)),
    ...found.filter((incident) => !isActive(incident.status)),
  ];
};

/** `next` in the order that was `held`, so that no row moves under the pointer; what is new comes at the end. */
export const holdOrder = (held: readonly string[], next: readonly IncidentSummary[]): IncidentSummary[] => {
  const place = new Map(held.map((incidentId, index) => [incidentId, index]));
  const rank = ({ incidentId }: IncidentSummary): number => place.get(incidentId) ?? held.length;
  return [...next].sort((a, b) => rank(a) - rank(b));
};

export type ListItem =
  | { kind: 'group'; label: string }
  | { kind: 'incident'; incident: IncidentSummary; index: number };

/** Rows with a heading where active and finished ones meet. */
export const withGroups = (incidents: readonly IncidentSummary[]): ListItem[] => {
  const firstFinished = incidents.findIndex((incident) => !isActive(incident.status));
  const mixed = firstFinished > 0;
  return incidents.flatMap((incident, index): ListItem[] => {
    const row: ListItem = { kind: 'incident', incident, index };
    if (!mixed) return [row];
    if (index === 0) return [{ kind: 'group', label: 'Active' }, row];
    return index === firstFinished ? [{ kind: 'group', label: 'Finished' }, row] : [row];
  });
};
