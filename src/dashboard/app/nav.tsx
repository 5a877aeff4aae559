import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import { Logo } from '../ui/logo.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { HelpButton } from './help-button.tsx';
import { navItems } from './nav-items.ts';
import { SearchButton } from './search-button.tsx';
import { UserMenu } from './user-menu.tsx';

type NavProps = { waiting: number; onSearch: () => void; onHelp: () => void };

type NavLinkProps = { item: (typeof navItems)[number]; count: number };

const NavLink = ({ item, count }: NavLinkProps) => {
  const countId = useId();
  const Icon = item.icon;
  return (
    <Tooltip content={count > 0 ? `${item.label} · ${count} waiting` : item.label} side="right">
      <Link
        to={item.to}
        aria-label={item.label}
        {...(count > 0 && { 'aria-describedby': countId })}
        activeOptions={{ exact: item.to === '/', includeSearch: false }}
        className="group relative flex h-12 flex-1 flex-col items-center justify-center gap-0.5 rounded-md text-faint no-underline -outline-offset-2 hover:bg-hover hover:text-ink aria-[current=page]:text-accent sm:h-9 sm:w-9 sm:flex-none sm:aria-[current=page]:bg-selected"
      >
        <span className="relative">
          <Icon className="size-4.5!" />
          {count > 0 && (
            <span
              aria-hidden="true"
              className="tabular absolute -top-1.5 left-2.5 flex h-4 min-w-4 items-center justify-center rounded-full border-2 border-surface bg-warn px-0.5 font-semibold text-[10px] text-surface leading-none"
            >
              {count > 99 ? '99+' : count}
            </span>
          )}
        </span>
        <span aria-hidden="true" className="text-2xs sm:hidden">
          {item.label}
        </span>
        {count > 0 && (
          <span id={countId} hidden>
            {count} waiting for a decision
          </span>
        )}
      </Link>
    </Tooltip>
  );
};

/** A rail beside the page; along the bottom where it is narrow. */
export const Nav = ({ waiting, onSearch, onHelp }: NavProps) => (
  <nav
    aria-label="Main"
    className="order-last flex shrink-0 items-stretch border-line border-t bg-surface px-1 pb-[env(safe-area-inset-bottom)] sm:order-first sm:w-13 sm:flex-col sm:items-center sm:gap-1 sm:border-t-0 sm:border-r sm:px-0 sm:py-3"
  >
    <Link to="/" aria-label="CauseFlow Live" tabIndex={-1} className="mb-3 hidden sm:block">
      <Logo className="size-6" />
    </Link>
    {navItems.map((item) => (
      <NavLink key={item.to} item={item} count={item.to === '/approvals' ? waiting : 0} />
    ))}
    <div className="mt-auto hidden flex-col items-center gap-1 sm:flex">
      <SearchButton onPress={onSearch} />
      <HelpButton onPress={onHelp} />
      <UserMenu side="right" />
    </div>
  </nav>
);
