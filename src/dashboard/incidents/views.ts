import { incidentStatuses, isActive } from '../lib/incident-status.ts';
import type { SavedView } from '../lib/settings.ts';
import { filterOf, type IncidentFilter, IncidentsSearch, keyOf } from './incidents-search.ts';

export type View = { name: string; filter: IncidentFilter; saved: boolean };

const builtIn: readonly View[] = [
  { name: 'All', filter: {}, saved: false },
  { name: 'Active', filter: { status: incidentStatuses.filter(isActive).join(',') }, saved: false },
  { name: 'Awaiting approval', filter: { status: 'awaiting_approval' }, saved: false },
  { name: 'Critical', filter: { severity: 'critical' }, saved: false },
];

/** Ours, then those that somebody saved. A stored filter is read like an address: what is unknown in it is left out. */
export const viewsOf = (saved: readonly SavedView[]): View[] => [
  ...builtIn,
  ...saved.map(({ name, filter }) => ({ name, filter: filterOf(IncidentsSearch.parse(filter)), saved: true })),
];

/** The view that lists exactly this. */
export const viewOf = (views: readonly View[], filter: IncidentFilter): View | undefined => {
  const key = keyOf(filter);
  return views.find((view) => keyOf(view.filter) === key);
};

/** Why a view can't be saved under this name. */
export const nameProblem = (name: string): string | undefined => {
  const trimmed = name.trim();
  if (trimmed === '') return 'Give the view a name.';
  if (builtIn.some((view) => view.name.toLowerCase() === trimmed.toLowerCase())) return 'This view is always there.';
  return undefined;
};

const isNamed =
  (name: string) =>
  (view: SavedView): boolean =>
    view.name.toLowerCase() === name.trim().toLowerCase();

export const isTaken = (saved: readonly SavedView[], name: string): boolean => saved.some(isNamed(name));

/** With this view; one of the same name is replaced in its place. */
export const withView = (saved: readonly SavedView[], name: string, filter: IncidentFilter): SavedView[] => {
  const named = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const view = { name: name.trim(), filter: Object.fromEntries(named) };
  return isTaken(saved, name) ? saved.map((other) => (isNamed(name)(other) ? view : other)) : [...saved, view];
};

export const withoutView = (saved: readonly SavedView[], name: string): SavedView[] =>
  saved.filter((view) => !isNamed(name)(view));
