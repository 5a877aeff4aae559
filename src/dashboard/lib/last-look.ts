import { z } from 'zod';

const KEY = 'causeflow.looked';
/** Of so many incidents a browser remembers how far somebody read. */
const KEPT = 60;

/** How far somebody has seen an incident: the newest event then, and its time. */
export type Look = { seq: number; at: number };

const Looks = z.record(z.string(), z.object({ seq: z.number(), at: z.number() }));

const load = (): Record<string, Look> => {
  try {
    return Looks.catch({}).parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return {};
  }
};

export const lastLook = (incidentId: string): Look | null => load()[incidentId] ?? null;

export const rememberLook = (incidentId: string, look: Look): void => {
  const { [incidentId]: _, ...others } = load();
  const kept = Object.entries(others).slice(-(KEPT - 1));
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...Object.fromEntries(kept), [incidentId]: look }));
  } catch {
    // A browser that stores nothing forgets with the tab.
  }
};
