import { useNavigate } from '@tanstack/react-router';
import { CircleQuestionMark, Clock, LogOut, Plus, SunMoon } from 'lucide-react';
import { useIncidents } from '../api/incidents.ts';
import { useSignOut } from '../api/session.ts';
import { isActive } from '../lib/incident-status.ts';
import { IncidentStatusText } from '../lib/incident-status-badge.tsx';
import { changeSettings, useSettings } from '../lib/settings.ts';
import { SeverityIcon } from '../lib/severity-badge.tsx';
import { Palette, type PaletteGroup } from '../ui/palette.tsx';
import { navItems } from './nav-items.ts';

/** Before anything is typed: what is most likely looked for. */
const AT_FIRST = 5;

const useGroups = (onHelp: () => void): ((query: string) => PaletteGroup[]) => {
  const navigate = useNavigate();
  const { incidents } = useIncidents();
  const signOut = useSignOut();
  const zone = useSettings((settings) => settings.zone);
  const activeFirst = [...incidents].sort((a, b) => Number(isActive(b.status)) - Number(isActive(a.status)));
  return (query) => [
    {
      value: 'Incidents',
      items: (query === '' ? activeFirst.slice(0, AT_FIRST) : incidents).map(
        ({ incidentId, title, severity, status }) => ({
          value: incidentId,
          label: title,
          icon: <SeverityIcon severity={severity} />,
          detail: <IncidentStatusText status={status} className="text-faint text-xs" />,
          onSelect: () => void navigate({ to: '/incidents/$incidentId', params: { incidentId } }),
        }),
      ),
    },
    {
      value: 'Pages',
      items: navItems.map(({ to, label, icon: Icon }) => ({
        value: to,
        label,
        icon: <Icon />,
        onSelect: () => void navigate({ to }),
      })),
    },
    {
      value: 'Actions',
      items: [
        {
          value: 'new-incident',
          label: 'New incident…',
          icon: <Plus />,
          onSelect: () => void navigate({ to: '/incidents', search: { new: true } }),
        },
        {
          value: 'theme',
          label: 'Change between dark and light',
          icon: <SunMoon />,
          onSelect: () =>
            changeSettings({ theme: document.documentElement.dataset.theme === 'light' ? 'dark' : 'light' }),
        },
        {
          value: 'zone',
          label: zone === 'utc' ? 'Show times in your own zone' : 'Show times in UTC',
          icon: <Clock />,
          onSelect: () => changeSettings({ zone: zone === 'utc' ? 'local' : 'utc' }),
        },
        { value: 'help', label: 'Keyboard shortcuts', icon: <CircleQuestionMark />, onSelect: onHelp },
        { value: 'sign-out', label: 'Sign out', icon: <LogOut />, onSelect: () => signOut.mutate() },
      ],
    },
  ];
};

type OpenPaletteProps = { onOpenChange: (open: boolean) => void; onHelp: () => void };

export const OpenPalette = ({ onOpenChange, onHelp }: OpenPaletteProps) => (
  <Palette onOpenChange={onOpenChange} label="Find incidents, pages and actions" groupsFor={useGroups(onHelp)} />
);
