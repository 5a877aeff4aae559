type Family = { name: string; type: string; help: string };

const HEAD = /^# (HELP|TYPE) (\S+) (.*)$/;
const SUFFIX = /_(bucket|sum|count)$/;

/** Names, kinds and labels of all that was ever measured. */
export const createCatalog = () => {
  const families = new Map<string, Family>();
  return {
    read: (text: string): void => {
      for (const line of text.split('\n')) {
        const [, what, name, rest] = HEAD.exec(line) ?? [];
        if (name === undefined || rest === undefined) continue;
        const family = families.get(name) ?? { name, type: 'gauge', help: '' };
        families.set(name, what === 'HELP' ? { ...family, help: rest } : { ...family, type: rest });
      }
    },
    shown: (series: readonly { name: string; labels: Record<string, string> }[]) =>
      [...families.values()].map((family) => {
        const labels = new Map<string, Set<string>>();
        for (const one of series) {
          const base = family.type === 'histogram' ? one.name.replace(SUFFIX, '') : one.name;
          if (base !== family.name) continue;
          for (const [key, value] of Object.entries(one.labels)) {
            if (key !== 'le') labels.set(key, (labels.get(key) ?? new Set()).add(value));
          }
        }
        return { ...family, labels: Object.fromEntries([...labels].map(([key, values]) => [key, [...values]])) };
      }),
  };
};
