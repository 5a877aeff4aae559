import type { Case, Onset } from './case.ts';
import { findRise, latestEpisode, median } from './change-point.ts';
import type { Lane } from './lane.ts';
import type { Objective } from './settings.ts';
import { clock, count, seconds } from './words.ts';

export type Suspect = { name: string; before: number; after: number; at: number; evidenceId: string };
export type Traffic = { before: number; after: number; evidenceId: string };

/** How far back the history is read. */
const HISTORY_MS = 4 * 60_000;
/** A longer baseline than this says nothing more. */
const BASELINE_MS = 60_000;

/** What a group of points was before and is after a moment; the point at the moment itself mixes both. */
const around = (points: readonly (readonly [number, number])[], moment: number, settleMs: number) => ({
  before: median(points.filter(([at]) => at < moment).map(([, value]) => value)),
  after: median(points.filter(([at]) => at > moment + settleMs).map(([, value]) => value)),
});

/** When the latency rose; undefined where the history shows no step. */
export const findOnset = async (
  { tools, settings }: Case,
  lane: Lane,
  objective: Objective,
): Promise<Onset | undefined> => {
  lane.status('running', `When did ${objective.name} become slow?`);
  await lane.pause(1_100);
  const windowMs = settings.scrapeEveryMs * 2;
  const from = Date.now() - HISTORY_MS;
  const { metric, where } = objective;
  const points = await lane.use(
    'query_metrics',
    `${objective.name} p99 over the last minutes`,
    { metric, operation: 'p99', where, windowMs, from: clock(from) },
    async () => {
      const found = (await tools.metric({ metric, operation: 'p99', windowMs, where, from }))[0]?.points ?? [];
      const values = found.map(([, value]) => value);
      const says = `${count(found.length)} points, ${seconds(Math.min(...values))} to ${seconds(Math.max(...values))}`;
      return { value: found, says, output: found.slice(-30) };
    },
  );
  const rise = await lane.use(
    'detect_change_point',
    'Is there a step, and where?',
    { points: points.length },
    async () => {
      const found = findRise(latestEpisode(points));
      const says =
        found === undefined
          ? 'no step'
          : `step at ${clock(found.at)}: ${seconds(found.before)} → ${seconds(found.after)}`;
      return { value: found, says, output: found ?? null };
    },
  );
  await lane.pause(1_300);
  if (rise === undefined) {
    lane.finding(`The history of ${objective.name}'s p99 shows no step.`, []);
    return undefined;
  }
  const evidenceId = lane.evidence({
    type: 'metric',
    source: 'monitor',
    severity: 'critical',
    summary: `${objective.name} p99 rose from ${seconds(rise.before)} to ${seconds(rise.after)} at ${clock(rise.at)}`,
    data: {
      kind: 'metric',
      name: `${objective.name} p99`,
      unit: 's',
      points,
      baseline: rise.before,
      threshold: objective.p99Seconds,
      marks: [{ at: rise.at, label: 'change point' }],
    },
  });
  lane.finding(
    `${objective.name} p99 rose from ${seconds(rise.before)} to ${seconds(rise.after)} at ${clock(rise.at)}, in one step.`,
    [evidenceId],
  );
  const since = Math.max(latestEpisode(points)[0]?.[0] ?? 0, rise.at - BASELINE_MS);
  return { ...rise, since, evidenceId };
};

/** Whether more people came when it became slow. */
export const checkTraffic = async (
  { tools, settings }: Case,
  lane: Lane,
  objective: Objective,
  onset: Onset,
): Promise<Traffic> => {
  lane.status('running', 'Did the traffic change?');
  await lane.pause(900);
  const { metric, where } = objective;
  const windowMs = settings.scrapeEveryMs * 5;
  const from = onset.since;
  const points = await lane.use(
    'query_metrics',
    'Did more requests come in?',
    { metric, operation: 'rate', where, windowMs },
    async () => {
      const found = (await tools.metric({ metric, operation: 'rate', windowMs, where, from }))[0]?.points ?? [];
      const { before, after } = around(found, onset.at, windowMs);
      return {
        value: found,
        says: `${before.toFixed(1)}/s before, ${after.toFixed(1)}/s after`,
        output: found.slice(-30),
      };
    },
  );
  const { before, after } = around(points, onset.at, windowMs);
  const evidenceId = lane.evidence({
    type: 'metric',
    source: 'monitor',
    severity: 'info',
    summary: `${objective.name} requests: ${before.toFixed(1)}/s before the onset, ${after.toFixed(1)}/s after`,
    data: {
      kind: 'metric',
      name: `${objective.name} requests`,
      unit: '1/s',
      points,
      baseline: before,
      marks: [{ at: onset.at, label: 'onset' }],
    },
  });
  lane.finding(`Traffic: ${before.toFixed(1)} requests/s before, ${after.toFixed(1)}/s after.`, [evidenceId]);
  return { before, after, evidenceId };
};

/** Which database query changed with it; undefined where none did. */
export const findSlowQuery = async (
  { tools, settings }: Case,
  lane: Lane,
  objective: Objective,
  onset: Onset,
): Promise<Suspect | undefined> => {
  lane.status('running', 'Where is the time spent?');
  await lane.pause(900);
  const names = await lane.use('list_metrics', 'What is measured behind it?', {}, async () => {
    const found = (await tools.metricNames())
      .filter((name) => name.endsWith('_bucket'))
      .map((name) => name.slice(0, -'_bucket'.length));
    return { value: found, says: `${found.length} histograms: ${found.join(', ')}`, output: found };
  });
  const windowMs = settings.scrapeEveryMs * 2;
  const from = onset.since;
  const metric = names.find((name) => /query/.test(name)) ?? objective.metric;
  const ranked = await lane.use(
    'query_metrics',
    'Which query got slower?',
    { metric, operation: 'mean', by: 'query', windowMs },
    async () => {
      const series = await tools.metric({ metric, operation: 'mean', windowMs, by: 'query', from });
      const rows = series
        .map(({ labels, points }) => ({ name: labels.query ?? '', points, ...around(points, onset.at, windowMs) }))
        .sort((a, b) => b.after - b.before - (a.after - a.before));
      const says = rows.map(({ name, before, after }) => `${name} ${seconds(before)} → ${seconds(after)}`);
      return { value: rows, says: says.join(', '), output: says };
    },
  );
  await lane.pause(1_100);
  const [worst] = ranked;
  if (worst === undefined || worst.after < worst.before * 2) {
    lane.finding('No query became slower with it.', []);
    return undefined;
  }
  const at = findRise(worst.points)?.at ?? onset.at;
  const evidenceId = lane.evidence({
    type: 'metric',
    source: 'monitor',
    severity: 'high',
    summary: `Query ${worst.name}: mean ${seconds(worst.before)} → ${seconds(worst.after)} at ${clock(at)}`,
    data: {
      kind: 'metric',
      name: `${worst.name} mean`,
      unit: 's',
      points: worst.points,
      baseline: worst.before,
      marks: [{ at, label: 'change point' }],
    },
  });
  lane.finding(
    `Query ${worst.name} takes ${seconds(worst.after)} instead of ${seconds(worst.before)}, ${count(worst.after / Math.max(worst.before, 1e-6))} times as long, since ${clock(at)}.`,
    [evidenceId],
  );
  return { name: worst.name, before: worst.before, after: worst.after, at, evidenceId };
};

/** Whether queries wait for each other: how one slow query becomes a slow page. */
export const checkWaiting = async (
  { tools, settings }: Case,
  lane: Lane,
  onset: Onset,
): Promise<string | undefined> => {
  const windowMs = settings.scrapeEveryMs * 2;
  const metric = 'db_pool_wait_seconds';
  const points = await lane.use(
    'query_metrics',
    'Do queries wait for each other?',
    { metric, operation: 'p95', windowMs },
    async () => {
      const found = (await tools.metric({ metric, operation: 'p95', windowMs, from: onset.since }))[0]?.points ?? [];
      const { before, after } = around(found, onset.at, windowMs);
      return { value: found, says: `p95 ${seconds(before)} → ${seconds(after)}`, output: found.slice(-30) };
    },
  );
  const { before, after } = around(points, onset.at, windowMs);
  if (after < before * 2) return undefined;
  const evidenceId = lane.evidence({
    type: 'metric',
    source: 'monitor',
    severity: 'medium',
    summary: `Queries wait for the connection: p95 ${seconds(before)} → ${seconds(after)}`,
    data: {
      kind: 'metric',
      name: 'pool wait p95',
      unit: 's',
      points,
      baseline: before,
      marks: [{ at: onset.at, label: 'onset' }],
    },
  });
  lane.finding(`Queries queue behind each other: 5 % wait longer than ${seconds(after)}.`, [evidenceId]);
  return evidenceId;
};
