import { median, type Point } from '../analysis/change-point.ts';
import { isGrowing, trendOf } from '../analysis/trend.ts';
import type { Case } from '../case.ts';
import type { Candidate, Facts } from '../facts.ts';
import type { Lane } from '../lane.ts';
import { restartService, rollBackDeployment } from '../plans/roll-back.ts';
import { clock, lead, span } from '../words.ts';
import { type CauseFinder, type Clue, changesOf, risesOf, type Tested } from './cause.ts';

const HISTORY_MS = 10 * 60_000;
/** Little's law is about averages: this much of the newest is averaged. */
const RECENT_MS = 15_000;
/** A pool that holds so many times more than its work needs holds what nobody uses. */
const IDLE_RATIO = 3;

const recent = (points: readonly Point[]): number => {
  const last = points.at(-1)?.[0] ?? 0;
  return median(points.filter(([at]) => at > last - RECENT_MS).map(([, value]) => value));
};

type Work = { metric: string; where: Record<string, string> };

/** The work that a pool's connections are for: calls to whom it is named after, or the queries and writes of its service. */
const workOf = (facts: Facts, service: string, pool: string): Work[] => {
  const called = facts.graph?.services
    .find(({ name }) => name === service)
    ?.dependsOn.some((needed) => needed.service === pool);
  if (called === true) return [{ metric: 'http_client_duration_seconds', where: { service, to: pool } }];
  return ['db_query_duration_seconds', 'db_write_wait_seconds'].map((metric) => ({ metric, where: { service } }));
};

/** How many connections that work keeps busy on average: its rate times its duration (Little's law). */
const busyConnections = async ({ monitor, settings }: Case, work: readonly Work[]): Promise<number> => {
  const windowMs = settings.scrapeEveryMs * 5;
  const from = Date.now() - RECENT_MS * 2;
  const busy = await Promise.all(
    work.map(async ({ metric, where }) => {
      const [rate] = await monitor.query({ metric, where, windowMs, from, operation: 'rate' });
      const [mean] = await monitor.query({ metric, where, windowMs, from, operation: 'mean' });
      return recent(rate?.points ?? []) * recent(mean?.points ?? []);
    }),
  );
  return busy.reduce((sum, one) => sum + one, 0);
};

/** When the number in use began to climb to where it is: after it was last as low as at the beginning. */
const climbBegan = (points: readonly Point[]): number | undefined => {
  const level = Math.max(
    1,
    median(points.slice(0, Math.max(3, Math.floor(points.length / 4))).map(([, value]) => value)),
  );
  const lastLow = points.findLastIndex(([, value]) => value <= level);
  return points[lastLow]?.[0];
};

const test = async (
  work: Case,
  lane: Lane,
  facts: Facts,
  service: string,
  pool: string,
): Promise<Tested | undefined> => {
  const { monitor, platform, settings } = work;
  const found = await lane.use(
    'connections_and_work',
    'Are more connections in use than the work needs?',
    { service, pool },
    async () => {
      const windowMs = settings.scrapeEveryMs * 2;
      const [series] = await monitor.query({
        metric: 'pool_in_use',
        operation: 'value',
        windowMs,
        where: { service, pool },
        from: Date.now() - HISTORY_MS,
      });
      const points = series?.points ?? [];
      const busy = await busyConnections(work, workOf(facts, service, pool));
      const now = (await platform.pools()).find((one) => one.service === service && one.pool === pool);
      const inUse = Math.max(recent(points), now?.inUse ?? 0);
      const lines = [
        `${service} ${pool}: ${now?.inUse ?? inUse} of ${now?.size ?? '?'} in use, ${now?.waiting ?? 0} wait`,
        `its work keeps ${busy.toFixed(2)} connections busy on average (rate × duration)`,
        ...points.slice(-12).map(([at, value]) => `${clock(at)}  in use ${value}`),
      ];
      return {
        value: { points, busy, inUse, size: now?.size ?? 0 },
        says: `${inUse} in use, ${busy.toFixed(1)} needed`,
        lines,
      };
    },
  );
  if (found === undefined) return undefined;
  const { points, busy, inUse, size } = found.value;
  const cite = lane.evidence(found, 'its work keeps', (value) => ({
    type: 'metric',
    source: `${service} ${pool}`,
    severity: 'high',
    summary: `${value.inUse} of ${value.size} connections are in use; the work keeps ${value.busy.toFixed(1)} busy`,
    data: {
      kind: 'metric',
      name: `${service} ${pool} in use`,
      unit: '',
      points: value.points,
      threshold: value.size,
      marks: [{ at: facts.onset.at, label: 'began' }],
    },
  }));
  const idle = inUse >= 0.75 * size && inUse > IDLE_RATIO * (busy + 0.5);
  if (!idle) {
    return {
      weight: 'strong against',
      because: `${inUse} of ${size} connections are in use and the work needs ${busy.toFixed(1)}: none is lost`,
      cited: [cite()],
    };
  }
  const began = climbBegan(points);
  const deploy = changesOf(facts, 'deploy', service)
    .filter(({ at }) => facts.onset.isAssumed || at <= (began ?? facts.onset.at) + 15_000)
    .sort((a, b) => b.at - a.at)[0];
  if (deploy === undefined) {
    return {
      weight: 'strong for',
      because: `${inUse} connections are taken where the work needs ${busy.toFixed(1)}; no release of ${service} explains it`,
      cited: [cite()],
    };
  }
  return tested(facts, { service, pool, inUse, size, busy, deploy, began, cite });
};

type Shown = {
  service: string;
  pool: string;
  inUse: number;
  size: number;
  busy: number;
  deploy: Candidate;
  began: number | undefined;
  cite: () => ReturnType<Candidate['cite']>;
};

const tested = (facts: Facts, { service, pool, inUse, size, busy, deploy, began, cite }: Shown): Tested => {
  const version = deploy.change.after ?? deploy.change.title;
  const cited = [cite(), deploy.cite()];
  const errors = facts.logs.find((shift) => shift.service === service && shift.level === 'error');
  return {
    weight: 'decisive for',
    because: `${inUse} of ${size} connections are taken and never given back: the work needs ${busy.toFixed(1)}`,
    cited,
    subject: version,
    changeId: deploy.change.changeId,
    statement: `${service} ${version} does not give connections of ${pool} back`,
    rootCause:
      `Since its release ${version} (${clock(deploy.at)}) ${service} does not give all connections of ${pool} back: ` +
      `${inUse} of ${size} are taken while its work needs ${busy.toFixed(1)}, and what comes waits for the rest.` +
      (errors === undefined ? '' : ` They are likely lost where it fails: “${errors.pattern}”.`),
    chain: [
      { label: `${deploy.change.author} released ${service} ${version}`, at: deploy.at, cited: [deploy.cite()] },
      {
        label: `Connections of ${pool} were taken and not given back, until ${inUse} of ${size} were gone`,
        at: began,
        cited: [cite()],
      },
    ],
    remedies: [
      rollBackDeployment(
        deploy,
        [deploy.cite()],
        [
          {
            statement: `At least ${Math.ceil(size * 0.6)} of the ${size} connections are still taken`,
            observed: `${inUse} in use`,
            check: {
              kind: 'metric',
              metric: 'pool_in_use',
              operation: 'value',
              where: { service, pool },
              windowMs: 5_000,
              atLeast: Math.ceil(size * 0.6),
            },
            cited: [cite()],
          },
        ],
      ),
      restartService(service, `A restart gives the ${inUse} lost connections back; ${version} loses them again.`, [
        cite(),
      ]),
    ],
  };
};

/** Connections that are taken from a pool and never given back. */
export const connectionLeak: CauseFinder = (facts) => {
  const full = facts.infra.pools.filter(({ inUse, size, waiting }) => waiting > 0 || inUse >= 0.75 * size);
  return full.map(({ service, pool, size, inUse, waiting }) => {
    const [use] = risesOf(facts, { metric: 'pool_in_use', service, labels: { pool } });
    const [wait] = [
      ...risesOf(facts, { metric: 'pool_wait_seconds', service, labels: { pool }, operation: 'mean' }),
      ...risesOf(facts, { metric: 'pool_waiting', service, labels: { pool } }),
    ];
    const [slower] = risesOf(facts, { metric: 'db_query_duration_seconds', service, operation: 'mean', ratio: 3 });
    const held = facts.infra.transactions.find(
      (one) => one.service === service && one.holdsWriteLock && one.ageMs > 5_000,
    );
    const [deploy] = changesOf(facts, 'deploy', service);
    const growth = use === undefined ? undefined : trendOf(use.points);
    const clues: Clue[] = [
      {
        weight: 'for',
        because: `${inUse} of ${size} connections of ${pool} are in use, ${waiting} wait`,
        cite: facts.infra.cite.pools === undefined ? [] : [facts.infra.cite.pools],
      },
      ...(use === undefined
        ? []
        : [
            {
              weight: 'for' as const,
              because: `In use went from ${use.before} to ${use.after}${growth !== undefined && isGrowing(growth) ? ', and never came back' : ''}`,
              cite: [use.cite],
            },
          ]),
      ...(wait === undefined
        ? []
        : [{ weight: 'for' as const, because: `Who wants one waits: ${wait.metric} rose`, cite: [wait.cite] }]),
      ...(deploy === undefined
        ? [{ weight: 'against' as const, because: `${service} was not released lately`, cite: [] }]
        : [
            {
              weight: 'for' as const,
              because: `${service} ${deploy.change.after ?? ''} was released ${lead(deploy.leadMs)}`,
              cite: [deploy.cite],
            },
          ]),
      ...(slower === undefined
        ? []
        : [
            {
              weight: 'against' as const,
              because: 'Its queries take longer, which fills a pool as well',
              cite: [slower.cite],
            },
          ]),
      ...(held === undefined
        ? []
        : [
            {
              weight: 'strong against' as const,
              because: `${held.job ?? held.transactionId} holds the write lock for ${span(held.ageMs)}, which fills a pool as well`,
              cite: facts.infra.cite.transactions === undefined ? [] : [facts.infra.cite.transactions],
            },
          ]),
    ];
    return {
      kind: 'connection_leak',
      service,
      subject: pool,
      changeId: deploy?.change.changeId,
      statement: `${service} does not give connections of ${pool} back`,
      agentName: 'Database',
      prior: 0.15,
      why: `${pool} of ${service} is used up`,
      clues,
      beganAt: undefined,
      check: 'Are more connections in use than rate × duration of its work needs?',
      test: (work, lane) => test(work, lane, facts, service, pool),
    };
  });
};
