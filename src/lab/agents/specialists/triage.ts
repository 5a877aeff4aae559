import { findRise } from '../analysis/change-point.ts';
import { type Departure, departure } from '../analysis/departure.ts';
import type { Case } from '../case.ts';
import type { Onset, Symptom } from '../facts.ts';
import type { Lane } from '../lane.ts';
import { valueWords } from '../metric-words.ts';
import type { Graph, Health, Objective, Series } from '../tools/monitor.ts';
import { clock } from '../words.ts';

/** How far back the history of an objective is read. */
const HISTORY_MS = 6 * 60_000;

const named = ({ title, description }: Case, { name }: Objective): boolean => `${title} ${description}`.includes(name);

/**
 * Which objective is missed: one that its alert says is; of several the one that was looked at least, and that the
 * incident names. `met` where none is missed and none was; `unknown` where nobody could look.
 */
export const findSymptom = async (
  work: Case,
  lane: Lane,
  looked: ReadonlyMap<string, number> = new Map(),
): Promise<Symptom | 'met' | 'unknown'> => {
  const { monitor } = work;
  const found = await lane.use('check_objectives', 'Is any objective missed right now?', {}, async () => {
    const [objectives, alerts] = await Promise.all([monitor.objectives(), monitor.alerts()]);
    const rows = objectives.map((objective) => ({
      objective,
      alert: alerts.find(({ objective: name }) => name === objective.name),
    }));
    const lines = rows.map(({ objective: { name, limit, unit, service }, alert }) => {
      const value = alert?.value;
      const now = value === undefined || value === null ? 'unknown' : valueWords(value, unit);
      return `${alert?.firing === true ? 'MISSED' : 'met   '} ${name} (${service}): ${now}, limit ${valueWords(limit, unit)}`;
    });
    const missed = rows.filter(({ alert }) => alert?.firing === true).map(({ objective }) => objective.name);
    return {
      value: rows,
      says: missed.length === 0 ? 'all objectives are met' : `missed: ${missed.join(', ')}`,
      lines,
    };
  });
  if (found === undefined) return 'unknown';
  const excess = (row: (typeof found.value)[number]): number => (row.alert?.value ?? 0) / row.objective.limit;
  const worst = [...found.value].sort(
    (a, b) =>
      Number(b.alert?.firing === true) - Number(a.alert?.firing === true) ||
      (looked.get(a.objective.name) ?? 0) - (looked.get(b.objective.name) ?? 0) ||
      Number(named(work, b.objective)) - Number(named(work, a.objective)) ||
      excess(b) - excess(a),
  )[0];
  if (worst === undefined || (worst.alert?.firing !== true && !named(work, worst.objective))) return 'met';
  const { objective, alert } = worst;
  const value = alert?.value ?? 0;
  const firing = alert?.firing === true;
  const cite = lane.evidence(found, objective.name, () => ({
    type: 'alert',
    source: 'monitor',
    severity: firing && value > 2 * objective.limit ? 'critical' : 'high',
    summary: `${objective.name}: ${valueWords(value, objective.unit)}; the objective is ${valueWords(objective.limit, objective.unit)}`,
  }));
  const since = Date.parse(alert?.since ?? '');
  return { objective, value, firing, alertedAt: Number.isNaN(since) ? undefined : since, cite };
};

/** The objective's own series; for errors the share of requests that failed. */
const readObjective = async ({ monitor, settings }: Case, objective: Objective): Promise<[number, number][]> => {
  const { metric, where, kind } = objective;
  const windowMs = settings.scrapeEveryMs * 3;
  const from = Date.now() - HISTORY_MS;
  if (kind !== 'errors') {
    const operation = objective.operation;
    return (await monitor.query({ metric, operation, where, windowMs, from }))[0]?.points ?? [];
  }
  const byStatus = await monitor.query({ metric, operation: 'rate', where, by: 'status', windowMs, from });
  return errorRatio(byStatus);
};

/** The share of requests with a status of 5xx at each moment, from the rates by status. */
export const errorRatio = (byStatus: readonly Series[]): [number, number][] => {
  const totals = new Map<number, { all: number; failed: number }>();
  for (const { labels, points } of byStatus) {
    for (const [at, rate] of points) {
      const sum = totals.get(at) ?? { all: 0, failed: 0 };
      totals.set(at, sum);
      sum.all += rate;
      if ((labels.status ?? '').startsWith('5')) sum.failed += rate;
    }
  }
  return [...totals].sort(([a], [b]) => a - b).map(([at, { all, failed }]) => [at, all === 0 ? 0 : failed / all]);
};

/** What was bad already and became much worse has another cause: the later step is the one to explain. */
const worsened = (
  points: readonly [number, number][],
  left: Departure | undefined,
  kind: string,
): Departure | undefined => {
  if (left === undefined || (kind !== 'latency' && kind !== 'errors')) return left;
  const worse = findRise(points.filter(([at]) => at >= left.at));
  return worse === undefined ? left : { ...left, at: worse.at, before: worse.before, after: worse.after };
};

/** When the objective's metric left its usual level; undefined where its history shows no such moment. */
export const findOnset = async (work: Case, lane: Lane, { objective }: Symptom): Promise<Onset | undefined> => {
  const unit = objective.unit;
  const found = await lane.use(
    'query_metrics',
    `When did ${objective.name} begin to be missed?`,
    { metric: objective.metric, operation: objective.operation, where: objective.where },
    async () => {
      const points = await readObjective(work, objective);
      const left = worsened(points, departure(points, objective.limit), objective.kind);
      const lines = points
        .filter(([at]) => left === undefined || Math.abs(at - left.at) < 20 * work.settings.scrapeEveryMs)
        .map(([at, value]) => `${clock(at)}  ${valueWords(value, unit)}`);
      return {
        value: { points, left },
        says:
          left === undefined
            ? `${points.length} points, no lasting change`
            : `from ${valueWords(left.before, unit)} to ${valueWords(left.after, unit)} at ${clock(left.at)}`,
        lines,
      };
    },
  );
  const left = found?.value.left;
  if (found === undefined || left === undefined) return undefined;
  const cite = lane.evidence(found, clock(left.at), ({ points }) => ({
    type: 'metric',
    source: 'monitor',
    severity: 'critical',
    summary: `${objective.name} went from ${valueWords(left.before, unit)} to ${valueWords(left.after, unit)} at ${clock(left.at)}`,
    data: {
      kind: 'metric',
      name: objective.name,
      unit,
      points,
      baseline: left.before,
      threshold: objective.limit,
      marks: [{ at: left.at, label: 'began' }],
    },
  }));
  lane.finding(
    `${objective.name} left its usual ${valueWords(left.before, unit)} at ${clock(left.at)} and is at ${valueWords(left.after, unit)}.`,
    [cite()],
  );
  return { ...left, isAssumed: false, cite };
};

/** Who depends on whom, and how they say they are. */
export const readSurroundings = async (
  { monitor }: Case,
  lane: Lane,
): Promise<{
  graph: Graph | undefined;
  health: Health | undefined;
  cite: (() => ReturnType<Symptom['cite']>) | undefined;
}> => {
  const graph = await lane.use('service_graph', 'Who depends on whom?', {}, async () => {
    const value = await monitor.graph();
    const lines = value.edges.map(({ from, to, ratePerSecond, errorRatio: failed, p95Ms }) => {
      const errors = `${((failed ?? 0) * 100).toFixed(1)} % errors`;
      return `${from} → ${to}: ${(ratePerSecond ?? 0).toFixed(1)}/s, ${errors}, p95 ${Math.round(p95Ms ?? 0)} ms`;
    });
    return { value, says: `${value.services.length} services, ${value.edges.length} connections in use`, lines };
  });
  const health = await lane.use('check_health', 'How are the services now?', {}, async () => {
    const value = await monitor.health();
    const lines = value.services.flatMap(({ name, status, says, checks }) => [
      `${name}: ${status}${says === '' ? '' : `, ${says}`}`,
      ...checks.filter(({ ok }) => !ok).map((check) => `  ${check.name}: ${check.says}`),
    ]);
    const bad = value.services.filter(({ status }) => status !== 'up').map(({ name, status }) => `${name} ${status}`);
    return { value, says: bad.length === 0 ? 'all are up' : bad.join(', '), lines };
  });
  const cite =
    health === undefined
      ? undefined
      : lane.evidence(health, ': d', () => ({
          type: 'alert',
          source: 'health checks',
          summary: 'How the services say they are',
        }));
  return { graph: graph?.value, health: health?.value, cite };
};
