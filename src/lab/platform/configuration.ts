import type { Setting } from '../shop/configuration-of.ts';

type Entry = Setting & { initial: string; previous: string | null; changedAt: string };

/** The settings of all services, each with the value before. */
export const createConfiguration = (settings: readonly Setting[]) => {
  const startedAt = new Date().toISOString();
  const entries: Entry[] = settings.map((setting) => ({
    ...setting,
    initial: setting.value,
    previous: null,
    changedAt: startedAt,
  }));
  const find = (service: string, key: string): Entry | undefined =>
    entries.find((entry) => entry.service === service && entry.key === key);

  return {
    find,
    valuesOf: (service: string): Record<string, string> =>
      Object.fromEntries(entries.filter((entry) => entry.service === service).map(({ key, value }) => [key, value])),
    shown: (service: string | null) =>
      entries.filter((entry) => service === null || entry.service === service).map(({ initial: _, ...shown }) => shown),
    set: (service: string, key: string, value: string): { before: string } => {
      const entry = find(service, key);
      if (entry === undefined) throw new Error(`${service} has no setting ${key}`);
      const before = entry.value;
      entry.previous = before;
      entry.value = value;
      entry.changedAt = new Date().toISOString();
      return { before };
    },
    /** Forgets what was before; returns those that are not as at the start. */
    forget: (): { service: string; key: string; initial: string }[] => {
      for (const entry of entries) entry.previous = null;
      return entries.filter(({ value, initial }) => value !== initial);
    },
  };
};

export type Configuration = ReturnType<typeof createConfiguration>;
