import type { Facts } from '../facts.ts';

const MOST_SHIFTS = 12;
const MOST_LOGS = 6;
/** What says nothing of the kind of trouble: it moves with any. */
const GENERAL = new Set(['process_cpu_seconds_total', 'http_requests_in_flight', 'process_gc_seconds_total']);

/** What an incident looked like, in words that the next one of its kind has in common with it. */
export const signatureOf = ({ symptom, shifts, logs }: Facts): string[] => {
  const moved = shifts
    .filter(({ metric }) => !GENERAL.has(metric))
    .slice(0, MOST_SHIFTS)
    .map(({ metric, labels, before, after }) => {
      const where = ['service', 'to', 'pool', 'queue', 'cache', 'status']
        .flatMap((name) => labels[name] ?? [])
        .join(' ');
      return `${after > before ? 'rises' : 'falls'} ${metric} ${where}`;
    });
  const said = logs
    .slice(0, MOST_LOGS)
    .map(({ service, pattern }) => `says ${service} ${pattern.split(' ').slice(0, 4).join(' ')}`);
  return [...new Set([`missed ${symptom.objective.kind} ${symptom.objective.service}`, ...moved, ...said])];
};

/** The share of what either has that both have (Jaccard). */
export const similarity = (a: readonly string[], b: readonly string[]): number => {
  const [one, other] = [new Set(a), new Set(b)];
  const both = [...one].filter((word) => other.has(word)).length;
  const all = new Set([...one, ...other]).size;
  return all === 0 ? 0 : both / all;
};
