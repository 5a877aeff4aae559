import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { IncidentDetail, IncidentList } from '../../protocol/api.ts';
import { readNotification } from '../../protocol/down.ts';
import type { IncidentStatus } from '../../protocol/values.ts';
import { pendingApprovalsKey } from './approvals.ts';
import { incidentKey, incidentsKey } from './incidents.ts';

const patchStatus = (client: QueryClient, incidentId: string, status: IncidentStatus): void => {
  client.setQueryData<IncidentDetail>(incidentKey(incidentId), (before) =>
    before === undefined ? before : { ...before, status },
  );
  client.setQueriesData<InfiniteData<IncidentList>>({ queryKey: incidentsKey }, (before) =>
    before === undefined
      ? before
      : {
          ...before,
          pages: before.pages.map((page) =>
            page.incidents.some((row) => row.incidentId === incidentId)
              ? {
                  ...page,
                  incidents: page.incidents.map((row) => (row.incidentId === incidentId ? { ...row, status } : row)),
                }
              : page,
          ),
        },
  );
};

const isFilteredByStatus = ({ queryKey }: { queryKey: readonly unknown[] }): boolean => {
  const filters = queryKey[1];
  return typeof filters === 'object' && filters !== null && 'status' in filters && filters.status !== undefined;
};

/** Keeps the lists true from what the relay says: a row is patched in place; only a new or counted one is asked for. */
export const applyTenantEvent = (client: QueryClient, method: string, params: Record<string, unknown>): void => {
  const event = readNotification(method, params);
  switch (event.method) {
    case 'incident.status_changed':
      patchStatus(client, event.params.incidentId, event.params.newStatus);
      // A row that now fits a filter by status is in no page of that list yet.
      void client.invalidateQueries({ queryKey: incidentsKey, predicate: isFilteredByStatus });
      return;
    case 'incident.created':
      void client.invalidateQueries({ queryKey: incidentsKey });
      return;
    case 'investigation.completed':
      void client.invalidateQueries({ queryKey: incidentKey(event.params.incidentId) });
      return;
    case 'approval.requested':
    case 'approval.resolved':
    case 'remediation.proposed':
    case 'remediation.approved':
    case 'remediation.rejected':
    case 'remediation.expired':
    case 'remediation.executing':
      void client.invalidateQueries({ queryKey: pendingApprovalsKey });
      return;
    default:
      return;
  }
};
