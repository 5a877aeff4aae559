import type { Case } from './case.ts';
import type { Objective } from './settings.ts';
import { count, seconds } from './words.ts';

export type Breach = { objective: Objective; p99: number; ratePerSecond: number; evidenceId: string };

const latest = (points: readonly (readonly [number, number])[] | undefined): number | undefined => points?.at(-1)?.[1];

/** Which objective is missed, how badly, and who could be behind it; undefined where all are met. */
export const triage = async ({ lane: laneOf, tools, settings }: Case): Promise<Breach | undefined> => {
  const lane = laneOf('Triage', 'triage');
  lane.status('running', 'Which objective is missed, and how badly');
  await lane.pause(1_300);
  const measured = await lane.use(
    'check_objectives',
    'Is any objective missed right now?',
    { objectives: settings.objectives.map(({ name, p99Seconds }) => ({ name, p99Seconds })) },
    async () => {
      const rows = await Promise.all(
        settings.objectives.map(async (objective) => {
          const { metric, where, windowMs } = objective;
          const from = Date.now() - 120_000;
          const [series] = await tools.metric({ metric, operation: 'p99', windowMs, where, from });
          return { objective, points: series?.points ?? [] };
        }),
      );
      const says = rows.map(({ objective, points }) => {
        const p99 = latest(points);
        return `${objective.name} p99 ${p99 === undefined ? 'unknown' : seconds(p99)} of ${seconds(objective.p99Seconds)}`;
      });
      return { value: rows, says: says.join(', '), output: says };
    },
  );
  const worst = measured
    .map(({ objective, points }) => ({ objective, points, p99: latest(points) ?? 0 }))
    .sort((a, b) => b.p99 / b.objective.p99Seconds - a.p99 / a.objective.p99Seconds)[0];
  if (worst === undefined || worst.p99 <= worst.objective.p99Seconds) {
    lane.finding('Every objective is met at this moment.', []);
    lane.status('done', 'Nothing is missed now');
    return undefined;
  }
  const { objective, points, p99 } = worst;
  const evidenceId = lane.evidence({
    type: 'alert',
    source: 'monitor',
    severity: p99 > 2 * objective.p99Seconds ? 'critical' : 'high',
    summary: `${objective.name} p99 is ${seconds(p99)}; the objective is ${seconds(objective.p99Seconds)}`,
    data: { kind: 'metric', name: `${objective.name} p99`, unit: 's', points, threshold: objective.p99Seconds },
  });
  await lane.pause(1_700);
  const rates = await lane.use(
    'error_rates',
    'Do requests fail, or are they only slow?',
    { metric: objective.metric, by: 'status', windowMs: objective.windowMs },
    async () => {
      const from = Date.now() - 5_000;
      const { metric, where, windowMs } = objective;
      const series = await tools.metric({ metric, operation: 'rate', windowMs, where, by: 'status', from });
      const byStatus = Object.fromEntries(
        series.map(({ labels, points: rate }) => [labels.status ?? '', latest(rate) ?? 0]),
      );
      const says = Object.entries(byStatus).map(([status, rate]) => `${status}: ${rate.toFixed(1)}/s`);
      return { value: byStatus, says: says.join(', '), output: byStatus };
    },
  );
  await lane.pause(1_300);
  const total = Object.values(rates).reduce((sum, rate) => sum + rate, 0);
  const failed = Object.entries(rates).reduce((sum, [status, rate]) => sum + (status.startsWith('5') ? rate : 0), 0);
  const depends = settings.services.find(({ name }) => name === objective.service)?.dependsOn ?? [];
  lane.finding(
    `${objective.name} is slow, not broken: p99 ${seconds(p99)} against ${seconds(objective.p99Seconds)}, ` +
      `${count(total === 0 ? 0 : (failed / total) * 100)} % errors. ${objective.service} depends on ${depends.join(', ') || 'nothing'}.`,
    [evidenceId],
  );
  lane.status('done', `${objective.name} p99 ${seconds(p99)}, ${failed > 0 ? 'with' : 'no'} errors`);
  return { objective, p99, ratePerSecond: total, evidenceId };
};
