import { LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { useSession, useSignOut } from '../api/session.ts';
import { changeSettings, useSettings } from '../lib/settings.ts';
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '../ui/menu.tsx';

const themes = [
  { value: 'system', label: 'System', icon: <Monitor /> },
  { value: 'dark', label: 'Dark', icon: <Moon /> },
  { value: 'light', label: 'Light', icon: <Sun /> },
] as const;

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();

export const UserMenu = ({ side }: { side: 'right' | 'bottom' }) => {
  const session = useSession();
  const signOut = useSignOut();
  const theme = useSettings((settings) => settings.theme);
  if (session === undefined || session === null) return null;
  const { user } = session;
  const role = user.roles.includes('admin') ? 'Admin' : 'Member';
  return (
    <Menu
      side={side}
      align="end"
      trigger={
        <button
          type="button"
          aria-label={`Account: ${user.name}`}
          className="mt-1 flex size-7 items-center justify-center rounded-full border border-line-strong bg-raised font-semibold text-2xs text-ink hover:border-muted"
        >
          <span aria-hidden="true">{initialsOf(user.name)}</span>
        </button>
      }
    >
      <div className="px-2 pt-1.5 pb-2">
        <p className="font-medium text-ink text-sm">{user.name}</p>
        <p className="wrap-anywhere text-faint text-xs">{user.email}</p>
        <p className="mt-0.5 text-muted text-xs">
          {role === 'Admin' ? 'Admin: may approve fixes' : 'Member: sees everything, decides nothing'}
        </p>
      </div>
      <MenuSeparator />
      <MenuChoice
        label="Theme"
        value={theme}
        onValueChange={(next) => changeSettings({ theme: next })}
        options={themes}
      />
      <MenuSeparator />
      <MenuItem icon={<LogOut />} onSelect={() => signOut.mutate()}>
        Sign out
      </MenuItem>
    </Menu>
  );
};
