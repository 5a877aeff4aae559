import type { QueryClient } from '@tanstack/react-query';
import type { IncidentDetail } from '../../protocol/api.ts';
import { readNotification } from '../../protocol/down.ts';
import { refreshAnalyticsSoon } from './analytics.ts';
import { pendingApprovalsKey } from './approvals.ts';
import { incidentKey } from './incidents.ts';
import { incidentTableOf } from './use-incident-table.ts';

/** Keeps the lists true from what the relay says: a row is patched in place, and no list is asked for again. */
export const applyTenantEvent = (client: QueryClient, method: string, params: Record<string, unknown>): void => {
  const event = readNotification(method, params);
  switch (event.method) {
    case 'incident.status_changed': {
      const { incidentId, newStatus, timestamp } = event.params;
      const updatedAt = timestamp ?? new Date().toISOString();
      incidentTableOf(client).statusChanged(incidentId, newStatus);
      client.setQueryData<IncidentDetail>(incidentKey(incidentId), (before) =>
        before === undefined ? before : { ...before, status: newStatus, updatedAt },
      );
      // What is on its way may be older than this.
      if (client.isFetching({ queryKey: incidentKey(incidentId) }) > 0)
        void client.invalidateQueries({ queryKey: incidentKey(incidentId) });
      refreshAnalyticsSoon(client);
      return;
    }
    case 'incident.created': {
      const { incidentId, title, severity, status, source, timestamp } = event.params;
      const createdAt = timestamp ?? new Date().toISOString();
      incidentTableOf(client).created({ incidentId, title, severity, status, source, createdAt });
      refreshAnalyticsSoon(client);
      return;
    }
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

/** After a break, in which events may have gone by unheard. */
export const catchUpAfterBreak = (client: QueryClient): void => {
  void incidentTableOf(client).reconcile();
  void client.invalidateQueries({ queryKey: pendingApprovalsKey });
  refreshAnalyticsSoon(client);
};
