import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Siren } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useIncidents } from '../../api/incidents.ts';
import { arrange } from '../../incidents/arrange-incidents.ts';
import { ImportDialog } from '../../incidents/import-dialog.tsx';
import { IncidentFilters } from '../../incidents/incident-filters.tsx';
import { IncidentList } from '../../incidents/incident-list.tsx';
import type { IncidentsSearch } from '../../incidents/incidents-search.ts';
import { NewIncidentDialog } from '../../incidents/new-incident-dialog.tsx';
import { useTitle } from '../../lib/use-title.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';

const route = getRouteApi('/incidents');

const figure = (value: number): string => value.toLocaleString('en');

export const IncidentsPage = () => {
  useTitle('Incidents');
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/incidents' });
  const [importing, setImporting] = useState(false);
  const open = (incidentId: string): void => void navigate({ to: '/incidents/$incidentId', params: { incidentId } });
  const query = useIncidents({ severity: search.severity, status: search.status });
  const { incidents, total, hasNextPage, fetchNextPage } = query;
  const rows = useMemo(() => arrange(incidents, search), [incidents, search]);
  const onChange = useCallback(
    (change: Partial<IncidentsSearch>) =>
      void navigate({ search: (before) => ({ ...before, ...change }), replace: change.new === undefined }),
    [navigate],
  );
  const onEnd = useCallback(() => void fetchNextPage({ cancelRefetch: false }), [fetchNextPage]);
  const textual = search.q !== undefined || search.source !== undefined;
  const filtered = textual || search.severity !== undefined || search.status !== undefined;
  const all = `${figure(total)} ${total === 1 ? 'incident' : 'incidents'}`;
  const found = hasNextPage ? `${figure(rows.length)} found so far` : `${figure(rows.length)} of ${all}`;
  const count = query.isPending ? '' : textual ? found : all;
  const footer = hasNextPage
    ? `${figure(incidents.length)} of ${figure(total)} looked through…`
    : 'That is all of them.';

  const body = () => {
    if (query.isPending) return <SkeletonRows label="Loading incidents" count={10} className="p-4" />;
    if (query.error !== null && incidents.length === 0)
      return (
        <ErrorState className="flex-1" title="The incidents could not be loaded" onRetry={() => void query.refetch()}>
          {query.error.message}
        </ErrorState>
      );
    if (rows.length === 0 && !hasNextPage)
      return filtered ? (
        <EmptyState className="flex-1" icon={<Siren />} title="No incident matches">
          Clear the filters, or search with fewer words.
        </EmptyState>
      ) : (
        <EmptyState
          className="flex-1"
          icon={<Siren />}
          title="No incidents yet"
          action={<Button onClick={() => onChange({ new: true })}>New incident</Button>}
        >
          Agents open incidents when an alert fires. You can open one yourself and send the agents to look.
        </EmptyState>
      );
    return (
      <IncidentList
        incidents={rows}
        loaded={incidents.length}
        hasNextPage={hasNextPage}
        onEnd={onEnd}
        footer={footer}
      />
    );
  };

  return (
    <>
      <IncidentFilters
        search={search}
        count={count}
        onChange={onChange}
        onNew={() => onChange({ new: true })}
        onImport={() => setImporting(true)}
      />
      {body()}
      <NewIncidentDialog
        open={search.new === true}
        onOpenChange={(shown) => onChange({ new: shown ? true : undefined })}
        onCreated={open}
      />
      {importing && <ImportDialog onClose={() => setImporting(false)} onImported={open} />}
    </>
  );
};
