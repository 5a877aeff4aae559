import type { IncidentRow } from '../api/incident-rows.ts';
import { isActive } from '../lib/incident-status.ts';

/** Before anything is typed: what is most likely looked for. */
const AT_FIRST = 5;
/** Nobody reads on: a longer query finds it sooner. */
const AT_MOST = 30;

const wordsOf = (query: string): string[] => query.toLowerCase().split(/\s+/).filter(Boolean);

/** Whether every word that was typed is in the text. */
export const isFound = (text: string, query: string): boolean => {
  const lower = text.toLowerCase();
  return wordsOf(query).every((word) => lower.includes(word));
};

/** Fewer letters begin too much to name one thing. */
const NAMES_FROM = 3;

type Named = { label: string };

/** Whether what was typed is how a page or an action begins: then that is meant, and not an incident with the word in it. */
const isMeant = ({ label }: Named, query: string): boolean => {
  const typed = query.trim().toLowerCase();
  return typed.length >= NAMES_FROM && label.toLowerCase().startsWith(typed);
};

/** Pages or actions for a query: those that begin with it first. */
export const findNamed = <Item extends Named>(items: readonly Item[], query: string): Item[] => {
  const found = items.filter(({ label }) => isFound(label, query));
  return [...found.filter((item) => isMeant(item, query)), ...found.filter((item) => !isMeant(item, query))];
};

type Group<Item> = { value: string; items: Item[] };

/** A group whose first item is what was typed stands before the others; incidents are told apart by more than a name. */
export const meantFirst = <Item extends Named>(groups: readonly Group<Item>[], query: string): Group<Item>[] => {
  const leads = ({ value, items: [first] }: Group<Item>): boolean =>
    value !== 'Incidents' && first !== undefined && isMeant(first, query);
  return [...groups.filter(leads), ...groups.filter((group) => !leads(group))];
};

/** Incidents for a query: the active ones first, each part newest first. */
export const findIncidents = (list: readonly IncidentRow[], query: string): IncidentRow[] => {
  const words = wordsOf(query);
  const most = words.length === 0 ? AT_FIRST : AT_MOST;
  const [active, finished]: [IncidentRow[], IncidentRow[]] = [[], []];
  for (const row of list) {
    if (active.length === most) break;
    const part = isActive(row.incident.status) ? active : finished;
    if (part.length < most && words.every((word) => row.text.includes(word))) part.push(row);
  }
  return [...active, ...finished].slice(0, most);
};

/** An id that was pasted, of an incident that need not be listed yet. */
export const idIn = (query: string): string | undefined => /^\s*(inc_[\w-]{1,100})\s*$/.exec(query)?.[1];
