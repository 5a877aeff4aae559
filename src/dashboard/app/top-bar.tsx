import { Link, useMatchRoute } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { ConnectionStatus } from './connection-status.tsx';
import { navItems } from './nav-items.ts';
import { SearchButton } from './search-button.tsx';
import { UserMenu } from './user-menu.tsx';
import { ZoneClock } from './zone-clock.tsx';

const Heading = () => {
  const matchRoute = useMatchRoute();
  const incident = matchRoute({ to: '/incidents/$incidentId' });
  if (incident !== false)
    return (
      <div className="flex min-w-0 items-center gap-1 text-sm">
        <Link
          to="/incidents"
          activeOptions={{ exact: true }}
          className="shrink-0 rounded-sm font-medium text-muted no-underline hover:text-ink"
        >
          All incidents
        </Link>
        {/* With more room it stands beside the title, to be copied. */}
        <ChevronRight className="size-3.5 text-faint xl:hidden" />
        <span className="truncate font-mono text-faint text-xs xl:hidden">{incident.incidentId}</span>
      </div>
    );
  const here = navItems.find((item) => matchRoute({ to: item.to }) !== false);
  return <h1 className="truncate font-semibold text-ink text-sm">{here?.label ?? 'Not found'}</h1>;
};

export const TopBar = ({ onSearch }: { onSearch: () => void }) => (
  <header className="flex h-bar shrink-0 items-center gap-1 border-line border-b bg-surface pr-2 pl-4">
    <div className="mr-auto flex min-w-0">
      <Heading />
    </div>
    <ConnectionStatus />
    <ZoneClock />
    <div className="flex items-center gap-1 sm:hidden">
      <SearchButton onPress={onSearch} />
      <UserMenu side="bottom" />
    </div>
  </header>
);
