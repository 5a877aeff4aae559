import { z } from 'zod';
import { create } from 'zustand';

const KEY = 'causeflow.settings';

export const MOST_VIEWS = 50;

const SavedView = z.object({ name: z.string().trim().min(1).max(60), filter: z.record(z.string(), z.string()) });
/** A filter of the incidents, under a name of somebody's own. */
export type SavedView = z.infer<typeof SavedView>;

/** What cannot be read is left out, and takes nothing else with it. */
const kept = (views: readonly (SavedView | null)[]): SavedView[] =>
  views.flatMap((view) => view ?? []).slice(0, MOST_VIEWS);

const Settings = z.object({
  theme: z.enum(['system', 'dark', 'light']).catch('system'),
  zone: z.enum(['utc', 'local']).catch('utc'),
  density: z.enum(['comfortable', 'compact']).catch('comfortable'),
  /** Browser notifications about approvals. */
  notify: z.boolean().catch(false),
  /** Shortcuts that are a single character. */
  shortcuts: z.boolean().catch(true),
  views: z
    .array(SavedView.or(z.unknown().transform(() => null)))
    .catch([])
    .transform(kept),
});
export type Settings = z.infer<typeof Settings>;

const load = (): Settings => {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return Settings.catch(Settings.parse({})).parse(stored);
  } catch {
    return Settings.parse({});
  }
};

/** What this browser remembers of how somebody likes it. */
export const useSettings = create<Settings>(() => load());

/** What is changed in another tab holds in this one too. */
export const followOtherTabs = (): void =>
  window.addEventListener('storage', ({ key }) => {
    if (key === KEY) useSettings.setState(load());
  });

export const changeSettings = (change: Partial<Settings>): void => {
  useSettings.setState(change);
  try {
    localStorage.setItem(KEY, JSON.stringify(useSettings.getState()));
  } catch {
    // A browser that stores nothing forgets with the tab.
  }
};
