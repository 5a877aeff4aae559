import type { IncidentSummary } from '../../protocol/api.ts';
import { useIncidents } from '../api/incidents.ts';
import { isActive } from '../lib/incident-status.ts';
import { severities } from '../lib/severity.ts';

const byUrgency = (a: IncidentSummary, b: IncidentSummary): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity) || Date.parse(b.createdAt) - Date.parse(a.createdAt);

/** What is not over yet, whenever it began: one list a status, for the newest page alone would miss old ones. */
export const useActiveIncidents = () => {
  const lists = [
    useIncidents(),
    useIncidents({ status: 'open' }),
    useIncidents({ status: 'triaging' }),
    useIncidents({ status: 'investigating' }),
    useIncidents({ status: 'awaiting_approval' }),
    useIncidents({ status: 'remediating' }),
  ];
  const each = new Map(lists.flatMap((list) => list.incidents).map((incident) => [incident.incidentId, incident]));
  return {
    incidents: [...each.values()].filter((incident) => isActive(incident.status)).sort(byUrgency),
    isPending: lists.some((list) => list.isPending),
    error: lists.find((list) => list.error !== null)?.error ?? null,
    refetch: () => {
      for (const list of lists) void list.refetch();
    },
  };
};
