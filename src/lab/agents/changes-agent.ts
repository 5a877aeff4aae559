import type { Case, Onset } from './case.ts';
import type { Lane } from './lane.ts';
import type { Objective } from './settings.ts';
import type { FeedChange } from './tools.ts';
import { clock, lead, seconds } from './words.ts';

/** A change with how long before the onset it was made. */
export type Candidate = { change: FeedChange; at: number; leadMs: number; evidenceId: string };

const LOOK_BACK_MS = 10 * 60_000;
/** The onset is read from scrapes: a change up to this long after it may still be its cause. */
const TOLERANCE_SCRAPES = 2;

const label = (change: FeedChange): string =>
  change.before === undefined
    ? `${change.kind} ${change.title}`
    : `${change.kind} ${change.title}: ${change.before} → ${change.after ?? ''}`;

const diffOf = (change: FeedChange): { path: string; unified: string } => {
  if (change.statement !== undefined) {
    const added = change.statement.split('\n').map((line) => `+${line}`);
    const path = `migrations/${change.title}`;
    return { path, unified: [`--- /dev/null`, `+++ b/${path}`, `@@ -0,0 +1,${added.length} @@`, ...added].join('\n') };
  }
  const path = `${change.kind}/${change.service}`;
  return {
    path,
    unified: [
      `--- a/${path}`,
      `+++ b/${path}`,
      '@@ -1 +1 @@',
      `-${change.title}: ${change.before ?? ''}`,
      `+${change.title}: ${change.after ?? ''}`,
    ].join('\n'),
  };
};

/** What was changed before the onset, the nearest first. */
export const readChanges = async ({ tools, settings }: Case, lane: Lane, onset: Onset): Promise<Candidate[]> => {
  lane.status('running', 'What was changed before it began?');
  await lane.pause(1_100);
  const from = onset.at - LOOK_BACK_MS;
  const to = onset.at + TOLERANCE_SCRAPES * settings.scrapeEveryMs;
  const changes = await lane.use(
    'list_changes',
    'Deploys, migrations and configuration before the onset',
    { from: clock(from), to: clock(to) },
    async () => {
      const found = await tools.changes(from, to);
      return { value: found, says: `${found.length} changes: ${found.map(label).join('; ') || 'none'}`, output: found };
    },
  );
  await lane.pause(1_500);
  const candidates = changes
    .map((change) => ({ change, at: Date.parse(change.at), leadMs: onset.at - Date.parse(change.at) }))
    .sort((a, b) => Math.abs(a.leadMs) - Math.abs(b.leadMs))
    .slice(0, 4)
    .map(({ change, at, leadMs }) => {
      const evidenceId = lane.evidence({
        type: change.kind === 'migration' ? 'code_change' : 'deployment',
        source: 'change feed',
        severity: change.kind === 'migration' ? 'high' : 'info',
        summary: `${label(change)} by ${change.author} at ${clock(at)}, ${lead(leadMs)}`,
        rawSnippet: JSON.stringify(change),
        data: { kind: 'diff', ...diffOf(change) },
      });
      return { change, at, leadMs, evidenceId };
    });
  const [nearest] = candidates;
  if (nearest === undefined) lane.finding('Nothing was changed in the ten minutes before the onset.', []);
  else {
    lane.finding(
      `${candidates.length} changes before the onset; the nearest is ${label(nearest.change)} at ${clock(nearest.at)}, ${lead(nearest.leadMs)}.`,
      candidates.map(({ evidenceId }) => evidenceId),
    );
  }
  return candidates;
};

/** How the latency was between a change and the onset: undefined where there was hardly any time between them. */
export const latencyAfter = async (
  { tools, settings }: Case,
  lane: Lane,
  objective: Objective,
  onset: Onset,
  candidate: Candidate,
): Promise<number | undefined> => {
  const { metric, where } = objective;
  const windowMs = settings.scrapeEveryMs * 2;
  // The first window after the change still holds requests from before it.
  const from = candidate.at + windowMs;
  const to = onset.at - settings.scrapeEveryMs;
  if (to - from < settings.scrapeEveryMs) return undefined;
  return lane.use(
    'query_metrics',
    `How was it after ${label(candidate.change)} and before the onset?`,
    { metric, operation: 'p99', where, from: clock(from), to: clock(to) },
    async () => {
      const points = (await tools.metric({ metric, operation: 'p99', windowMs, where, from, to }))[0]?.points ?? [];
      const worst = points.length === 0 ? undefined : Math.max(...points.map(([, value]) => value));
      return {
        value: worst,
        says: worst === undefined ? 'no requests in between' : `p99 at most ${seconds(worst)}`,
        output: points,
      };
    },
  );
};
