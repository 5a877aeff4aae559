import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { BookmarkPlus, ListFilter, Plus, Siren, Upload } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useIncidentTable, useIncidentTableActions } from '../../api/use-incident-table.ts';
import { arrange } from '../../incidents/arrange-incidents.ts';
import { ImportDialog } from '../../incidents/import-dialog.tsx';
import { IncidentCount } from '../../incidents/incident-count.tsx';
import { IncidentFilters } from '../../incidents/incident-filters.tsx';
import { IncidentList } from '../../incidents/incident-list.tsx';
import { filterOf, type IncidentFilter, type IncidentsSearch, keyOf } from '../../incidents/incidents-search.ts';
import { ListFooter } from '../../incidents/list-footer.tsx';
import { NewIncidentDialog } from '../../incidents/new-incident-dialog.tsx';
import { ViewDialog } from '../../incidents/view-dialog.tsx';
import { ViewMenu } from '../../incidents/view-menu.tsx';
import { ViewTabs } from '../../incidents/view-tabs.tsx';
import { viewOf, viewsOf } from '../../incidents/views.ts';
import { usePageActions } from '../../lib/page-actions.ts';
import { useSettings } from '../../lib/settings.ts';
import { useShortcut } from '../../lib/use-shortcut.ts';
import { useTitle } from '../../lib/use-title.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';

const route = getRouteApi('/incidents');

const whole = <Table,>(table: Table): Table => table;

export const IncidentsPage = () => {
  useTitle('Incidents');
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/incidents' });
  const [dialog, setDialog] = useState<'import' | 'save' | undefined>();
  const table = useIncidentTable(whole, 'all');
  const { retry, more } = useIncidentTableActions();
  const { list, byId, total, complete, loading, error } = table;
  const filter = useMemo(() => filterOf(search), [search]);
  const filterKey = keyOf(filter);
  const arranged = useMemo(() => arrange(list, filter), [list, filter]);
  const saved = useSettings((settings) => settings.views);
  const views = useMemo(() => viewsOf(saved), [saved]);
  const current = viewOf(views, filter);
  const filtered = filterKey !== keyOf({});

  const open = (incidentId: string): void => void navigate({ to: '/incidents/$incidentId', params: { incidentId } });
  const change = useCallback(
    (part: Partial<IncidentsSearch>, replace: boolean) =>
      void navigate({ search: (before) => ({ ...before, ...part }), replace }),
    [navigate],
  );
  const startNew = useCallback((): void => change({ new: true }, false), [change]);
  useShortcut('n', startNew, { acts: true });
  const actions = useMemo(
    () => [
      { id: 'new', label: 'New incident…', icon: <Plus />, shortcut: 'n', run: startNew },
      { id: 'import', label: 'Import an incident…', icon: <Upload />, run: () => setDialog('import') },
      ...(current === undefined
        ? [{ id: 'save', label: 'Save view…', icon: <BookmarkPlus />, run: () => setDialog('save') }]
        : []),
      ...views.map((view) => ({
        id: `view ${view.name}`,
        label: `View: ${view.name}`,
        icon: <ListFilter />,
        run: () => void navigate({ search: view.filter }),
      })),
    ],
    [startNew, current, views, navigate],
  );
  usePageActions(actions);

  const body = () => {
    if (total === null && error === null) return <SkeletonRows label="Loading incidents" count={10} className="p-4" />;
    if (total === null)
      return (
        <ErrorState className="flex-1" title="The incidents could not be loaded" onRetry={retry} busy={loading}>
          {error?.message}
        </ErrorState>
      );
    if (arranged.rows.length === 0 && complete)
      return filtered ? (
        <EmptyState
          className="flex-1"
          icon={<Siren />}
          title="No incident matches"
          action={<Button onClick={() => void navigate({ search: {} })}>Show all</Button>}
        >
          Search with fewer words, or take a filter away.
        </EmptyState>
      ) : (
        <EmptyState
          className="flex-1"
          icon={<Siren />}
          title="No incidents yet"
          action={<Button onClick={startNew}>New incident</Button>}
        >
          Agents open incidents when an alert fires. You can open one yourself and send the agents to look.
        </EmptyState>
      );
    return (
      <IncidentList
        arranged={arranged}
        byId={byId}
        filterKey={filterKey}
        footer={<ListFooter table={table} onRetry={retry} onMore={more} />}
      />
    );
  };

  return (
    <>
      <div className="flex min-h-10 items-center gap-2 border-line border-b bg-surface pr-4 pl-1.5">
        <ViewTabs views={views} current={current} />
        <ViewMenu filter={filter} current={current} />
        <Button icon={<Upload />} onClick={() => setDialog('import')} className="max-sm:hidden">
          Import
        </Button>
        <Button variant="primary" onClick={startNew} shortcut="n">
          <span className="sm:hidden">New</span>
          <span className="max-sm:hidden">New incident</span>
        </Button>
      </div>
      <IncidentFilters
        filter={filter}
        count={
          total !== null && (
            <IncidentCount
              shown={arranged.rows.length}
              loaded={list.length}
              total={total}
              complete={complete}
              loading={loading}
              filtered={filtered}
            />
          )
        }
        onChange={(part: IncidentFilter) => change(part, true)}
        onSave={current === undefined ? () => setDialog('save') : undefined}
      />
      {body()}
      <NewIncidentDialog
        open={search.new === true}
        onOpenChange={(shown) => change({ new: shown ? true : undefined }, !shown)}
        onCreated={open}
      />
      {dialog === 'import' && <ImportDialog onClose={() => setDialog(undefined)} onImported={open} />}
      {dialog === 'save' && <ViewDialog filter={filter} onClose={() => setDialog(undefined)} />}
    </>
  );
};
