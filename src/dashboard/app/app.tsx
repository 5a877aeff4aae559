import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { askForSession, useSession, useSessionFailure } from '../api/session.ts';
import { useSettings } from '../lib/settings.ts';
import { RelayProvider } from '../relay/relay-provider.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { patiently } from '../ui/on-demand.tsx';
import { SectionBoundary } from '../ui/section-boundary.tsx';
import { TimeZoneContext } from '../ui/time-zone.ts';
import { Toaster } from '../ui/toaster.tsx';
import { TooltipProvider } from '../ui/tooltip.tsx';
import { fetchPage, router } from './router.tsx';
import { Splash } from './splash.tsx';

const SignIn = lazy(() =>
  patiently(() => import('../sign-in/sign-in.tsx').then((module) => ({ default: module.SignIn }))),
);

const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 5_000 } } });

/** What needs neither a server nor anybody signed in; it is left by loading another page. */
const isRecording = location.pathname === '/recording';

if (!isRecording) {
  askForSession(queryClient);
  // Meanwhile.
  fetchPage();
}

const Gate = () => {
  const session = useSession();
  const failure = useSessionFailure();
  if (failure !== null)
    return (
      <ErrorState className="h-full" title="The server could not say who this is" onRetry={failure.retry}>
        {failure.message}
      </ErrorState>
    );
  if (session === undefined) return <Splash />;
  if (session === null)
    return (
      <Suspense fallback={<Splash />}>
        <SignIn />
      </Suspense>
    );
  return (
    <RelayProvider key={`${session.user.tenantId} ${session.user.userId}`}>
      <RouterProvider router={router} />
    </RelayProvider>
  );
};

export const App = () => {
  const zone = useSettings((settings) => settings.zone);
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <TimeZoneContext value={zone}>
          <TooltipProvider>
            <SectionBoundary name="The dashboard">
              {isRecording ? <RouterProvider router={router} /> : <Gate />}
            </SectionBoundary>
            <Toaster />
          </TooltipProvider>
        </TimeZoneContext>
      </QueryClientProvider>
    </CSPProvider>
  );
};
