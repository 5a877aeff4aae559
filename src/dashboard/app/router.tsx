import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { AuditSearch } from '../audit/audit-search.ts';
import { IncidentsSearch } from '../incidents/incidents-search.ts';
import { Frame } from './frame.tsx';
import { IncidentSearch } from './incident-search.ts';
import { NotFound } from './not-found.tsx';
import { PageError } from './page-error.tsx';
import { PageSkeleton } from './page-skeleton.tsx';

const rootRoute = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/overview-page.tsx'), 'OverviewPage'),
});

const incidentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/incidents',
  validateSearch: IncidentsSearch,
  component: lazyRouteComponent(() => import('./pages/incidents-page.tsx'), 'IncidentsPage'),
});

const incidentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/incidents/$incidentId',
  validateSearch: IncidentSearch,
  component: lazyRouteComponent(() => import('./pages/incident-page.tsx'), 'IncidentPage'),
});

const wallRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/incidents/$incidentId/wall',
  component: lazyRouteComponent(() => import('./pages/wall-page.tsx'), 'WallPage'),
});

const recordingRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/recording',
  component: lazyRouteComponent(() => import('./pages/recording-page.tsx'), 'RecordingPage'),
});

const approvalsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/approvals',
  component: lazyRouteComponent(() => import('./pages/approvals-page.tsx'), 'ApprovalsPage'),
});

const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audit',
  validateSearch: AuditSearch,
  component: lazyRouteComponent(() => import('./pages/audit-page.tsx'), 'AuditPage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings-page.tsx'), 'SettingsPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    overviewRoute,
    incidentsRoute,
    incidentRoute,
    wallRoute,
    recordingRoute,
    approvalsRoute,
    auditRoute,
    settingsRoute,
  ]),
  defaultPreload: 'intent',
  defaultPendingComponent: PageSkeleton,
  defaultErrorComponent: PageError,
});

/** Begins to fetch the code of the page at this address, before anything else of it can be known. */
export const fetchPage = (): void => {
  const here = new Set(router.matchRoutes(router.latestLocation).map(({ routeId }): string => routeId));
  for (const route of Object.values(router.routesById)) if (here.has(route.id)) void router.loadRouteChunk(route);
};

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
