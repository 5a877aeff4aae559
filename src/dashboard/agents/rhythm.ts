import { type Chronicle, eventAt } from '../../incident/chronicle.ts';
import type { IncidentEvent } from '../../incident/event.ts';

/** The usual pause between two signs of life is that of the last so many. */
const KEPT_GAPS = 21;
/** Fewer say nothing about what is usual. */
const FEWEST_GAPS = 3;
/** Silence begins at so many usual pauses, but never below a few seconds: a model thinks. */
const SILENT_FACTOR = 3;
const LEAST_SILENT_MS = 10_000;
/** Of an agent of which nothing is known yet. */
const UNKNOWN_SILENT_MS = 30_000;

type Signs = { lastAt: number; gaps: number[] };

const agentOf = (event: IncidentEvent): string | undefined => {
  switch (event.method) {
    case 'investigation.progress':
    case 'agent.status':
    case 'hypothesis.updated':
      return event.params.agentName;
    case 'evidence.collected':
      return event.params.evidence.agentName;
    default:
      return undefined;
  }
};

/** The pauses of each agent at work, as events come. A wait is no pause: what follows one is not counted. */
export const createRhythms = (): ((chronicle: Chronicle) => ReadonlyMap<string, Signs>) => {
  let signs = new Map<string, Signs>();
  let looked = 0;
  let generation = -1;
  return (chronicle) => {
    if (chronicle.generation !== generation || chronicle.end < looked) {
      signs = new Map();
      looked = chronicle.first;
      generation = chronicle.generation;
    }
    for (; looked < chronicle.end; looked += 1) {
      const event = eventAt(chronicle, looked);
      const agent = event === undefined ? undefined : agentOf(event);
      if (event === undefined || agent === undefined) continue;
      const before = signs.get(agent);
      const isStatus = event.method === 'agent.status';
      if (before === undefined) signs.set(agent, { lastAt: event.at, gaps: [] });
      else {
        if (!isStatus && event.at >= before.lastAt) before.gaps.push(event.at - before.lastAt);
        if (before.gaps.length > KEPT_GAPS) before.gaps.shift();
        before.lastAt = Math.max(before.lastAt, event.at);
      }
    }
    return signs;
  };
};

/** The median; null where there is too little to go by. */
export const usualGapMs = (gaps: readonly number[]): number | null => {
  if (gaps.length < FEWEST_GAPS) return null;
  const sorted = [...gaps].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? null;
};

/** From when on an agent that is at work counts as silent. */
export const silentAfterMs = (usualMs: number | null): number =>
  usualMs === null ? UNKNOWN_SILENT_MS : Math.max(LEAST_SILENT_MS, SILENT_FACTOR * usualMs);

export type Silence = { sinceMs: number; usualMs: number | null };

/** How long an agent at work has been silent; null while that is nothing out of the ordinary. */
export const silenceOf = (
  agent: { status: string; lastAt: number },
  signs: Signs | undefined,
  now: number,
): Silence | null => {
  if (agent.status !== 'running') return null;
  const usualMs = usualGapMs(signs?.gaps ?? []);
  const sinceMs = now - Math.max(agent.lastAt, signs?.lastAt ?? 0);
  return sinceMs >= silentAfterMs(usualMs) ? { sinceMs, usualMs } : null;
};
