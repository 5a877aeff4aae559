import { useNavigate } from '@tanstack/react-router';
import { CircleQuestionMark, Clock, CornerDownRight, LogOut, Plus, Rows3, SunMoon } from 'lucide-react';
import { useState } from 'react';
import { useSignOut } from '../api/session.ts';
import { useIncidentTable } from '../api/use-incident-table.ts';
import { IncidentStatusText } from '../lib/incident-status-badge.tsx';
import { usePageActionLists } from '../lib/page-actions.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { changeSettings, useSettings } from '../lib/settings.ts';
import { SeverityIcon } from '../lib/severity-badge.tsx';
import { formatNumber } from '../ui/format-number.ts';
import { Kbd } from '../ui/kbd.tsx';
import { Palette, type PaletteItem } from '../ui/palette.tsx';
import { findIncidents, findNamed, idIn, meantFirst } from './find.ts';
import { navItems } from './nav-items.ts';

const useIncidentItems = (query: string): PaletteItem[] => {
  const navigate = useNavigate();
  const list = useIncidentTable((table) => table.list, query === '' ? 'recent' : 'all');
  const open = (incidentId: string): void => void navigate({ to: '/incidents/$incidentId', params: { incidentId } });
  const items = findIncidents(list, query).map(
    ({ incident }): PaletteItem => ({
      value: incident.incidentId,
      label: toOneLine(incident.title),
      icon: <SeverityIcon severity={incident.severity} />,
      detail: <IncidentStatusText status={incident.status} className="text-faint text-xs" />,
      onSelect: () => open(incident.incidentId),
    }),
  );
  const id = idIn(query);
  if (id === undefined || items.some((item) => item.value === id)) return items;
  return [{ value: id, label: `Open ${id}`, icon: <CornerDownRight />, onSelect: () => open(id) }, ...items];
};

const usePageItems = (): PaletteItem[] => {
  const lists = usePageActionLists();
  return [...lists.values()].flat().map(({ id, label, icon, shortcut, run }) => ({
    value: `page ${id}`,
    label,
    icon,
    ...(shortcut !== undefined && { detail: <Kbd>{shortcut}</Kbd> }),
    onSelect: run,
  }));
};

const useActionItems = (onHelp: () => void): PaletteItem[] => {
  const navigate = useNavigate();
  const signOut = useSignOut();
  const zone = useSettings((settings) => settings.zone);
  const density = useSettings((settings) => settings.density);
  return [
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
      onSelect: () => changeSettings({ theme: document.documentElement.dataset.theme === 'light' ? 'dark' : 'light' }),
    },
    {
      value: 'density',
      label: density === 'compact' ? 'Show rows comfortably' : 'Show rows compactly',
      icon: <Rows3 />,
      onSelect: () => changeSettings({ density: density === 'compact' ? 'comfortable' : 'compact' }),
    },
    {
      value: 'zone',
      label: zone === 'utc' ? 'Show times in your own zone' : 'Show times in UTC',
      icon: <Clock />,
      onSelect: () => changeSettings({ zone: zone === 'utc' ? 'local' : 'utc' }),
    },
    {
      value: 'help',
      label: 'Keyboard shortcuts',
      icon: <CircleQuestionMark />,
      detail: <Kbd>?</Kbd>,
      onSelect: onHelp,
    },
    { value: 'sign-out', label: 'Sign out', icon: <LogOut />, onSelect: () => signOut.mutate() },
  ];
};

/** How far the search reaches, while that is not all. */
const Reach = () => {
  const complete = useIncidentTable((table) => table.complete);
  const loaded = useIncidentTable((table) => table.list.length);
  const total = useIncidentTable((table) => table.total);
  if (complete || total === null) return null;
  return (
    <p className="tabular border-line border-t px-4 py-2 text-faint text-xs">
      Looking through {formatNumber(loaded)} of {formatNumber(total)} incidents …
    </p>
  );
};

type OpenPaletteProps = { onOpenChange: (open: boolean) => void; onHelp: () => void };

export const OpenPalette = ({ onOpenChange, onHelp }: OpenPaletteProps) => {
  const [query, setQuery] = useState('');
  const navigate = useNavigate();
  const incidents = useIncidentItems(query);
  const onPage = usePageItems();
  const offered = new Set(onPage.map((item) => item.label));
  const actions = useActionItems(onHelp).filter((item) => !offered.has(item.label));
  const pages = navItems.map(
    ({ to, label, icon: Icon }): PaletteItem => ({
      value: to,
      label,
      icon: <Icon />,
      onSelect: () => void navigate({ to }),
    }),
  );
  const named = (value: string, items: readonly PaletteItem[]) => ({ value, items: findNamed(items, query) });
  const groups = meantFirst(
    [
      named('On this page', onPage),
      { value: 'Incidents', items: incidents },
      named('Pages', pages),
      named('Actions', actions),
    ],
    query,
  );
  return (
    <Palette
      onOpenChange={onOpenChange}
      label="Find incidents, pages and actions"
      query={query}
      onQueryChange={setQuery}
      groups={groups.filter((group) => group.items.length > 0)}
      footer={query !== '' && <Reach />}
    />
  );
};
