import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { usePendingApprovals } from '../api/approvals.ts';
import { useApprovalToasts } from '../approvals/use-approval-toasts.ts';
import { useShortcut } from '../lib/use-shortcut.ts';
import { useTitleCount } from '../lib/use-title.ts';
import { useIsSettled } from '../relay/use-is-settled.ts';
import { beginAfterwards, onDemand } from '../ui/on-demand.tsx';
import { SectionBoundary } from '../ui/section-boundary.tsx';
import { CommandPalette } from './command-palette.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { markFavicon } from './favicon.ts';
import { Nav } from './nav.tsx';
import { SessionEndBanner } from './session-end-banner.tsx';
import { TopBar } from './top-bar.tsx';
import { useCatchUp } from './use-catch-up.ts';

const ShortcutsDialog = onDemand(() => import('./shortcuts-dialog.tsx').then((module) => module.ShortcutsDialog));

/** Once the relay is there, a page has what it shows first by then. */
const DRAWN_AFTER_MS = 1_000;

export const Shell = () => {
  const pathname = useLocation({ select: (location) => location.pathname });
  const settled = useIsSettled();
  const waiting = usePendingApprovals(settled).data?.total ?? 0;
  const [open, setOpen] = useState<'help' | 'search'>();
  useTitleCount(waiting);
  useEffect(() => markFavicon(waiting > 0), [waiting]);
  useShortcut('?', () => setOpen('help'), { inPast: true });
  useShortcut('/', () => setOpen('search'), { enabled: !/^\/(?:incidents|audit)/.test(pathname), inPast: true });
  useCatchUp();
  useEffect(() => {
    if (!settled) return;
    const timer = setTimeout(beginAfterwards, DRAWN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [settled]);
  useApprovalToasts();
  return (
    <div className="flex h-dvh flex-col bg-canvas sm:flex-row">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent-strong px-3 py-2 font-medium text-on-accent text-sm focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <Nav waiting={waiting} onSearch={() => setOpen('search')} onHelp={() => setOpen('help')} />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <TopBar onSearch={() => setOpen('search')} />
        <ConnectionBanner />
        <SessionEndBanner />
        <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col outline-none">
          <SectionBoundary name="This page" resetKeys={[pathname]}>
            <Outlet />
          </SectionBoundary>
        </main>
      </div>
      {open === 'help' && <ShortcutsDialog onClose={() => setOpen(undefined)} />}
      <CommandPalette
        open={open === 'search'}
        onOpenChange={(next) => setOpen(next ? 'search' : undefined)}
        onHelp={() => setOpen('help')}
      />
    </div>
  );
};
