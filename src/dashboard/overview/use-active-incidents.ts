import type { IncidentSummary } from '../../protocol/api.ts';
import type { IncidentTable } from '../api/incident-table.ts';
import { useIncidentTable, useIncidentTableActions } from '../api/use-incident-table.ts';
import { isActive } from '../lib/incident-status.ts';
import { severities } from '../lib/severity.ts';

/** The gravest first, the newest first within. */
const byUrgency = (a: IncidentSummary, b: IncidentSummary): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity) || Date.parse(b.createdAt) - Date.parse(a.createdAt);

const whole = (table: IncidentTable): IncidentTable => table;

/** What is not over yet, whenever it began. */
export const useActiveIncidents = () => {
  const { list, activeKnown, error } = useIncidentTable(whole);
  const { retry } = useIncidentTableActions();
  const incidents = list.map(({ incident }) => incident).filter(({ status }) => isActive(status));
  return { incidents: incidents.sort(byUrgency), isPending: !activeKnown, error, retry };
};
