import type { Point } from '../analysis/change-point.ts';
import { isGrowing, trendOf } from '../analysis/trend.ts';
import type { Case } from '../case.ts';
import type { Facts } from '../facts.ts';
import type { Lane } from '../lane.ts';
import { seriesName } from '../metric-words.ts';
import { restartService, rollBackDeployment } from '../plans/roll-back.ts';
import { clock, count, lead } from '../words.ts';
import { type CauseFinder, type Clue, changesOf, risesOf, type Tested } from './cause.ts';

const HISTORY_MS = 14 * 60_000;
const MIB = 1024 * 1024;
/** Growth before the release that is more than this part of the one after it is no growth of the release. */
const SAME_GROWTH = 0.3;

const between = (points: readonly Point[], from: number, to: number): Point[] =>
  points.filter(([at]) => at >= from && at <= to);

type Grown = { metric: string; labels: Record<string, string>; points: [number, number][] };

const readGrowth = async ({ monitor, settings }: Case, service: string): Promise<Grown[]> => {
  const request = {
    operation: 'value',
    windowMs: settings.scrapeEveryMs * 2,
    where: { service },
    from: Date.now() - HISTORY_MS,
  };
  const heap = await monitor.query({ ...request, metric: 'process_heap_used_bytes' });
  const rss = await monitor.query({ ...request, metric: 'process_resident_memory_bytes' });
  const caches = await monitor.query({ ...request, metric: 'cache_entries', by: 'cache' });
  return [
    ...caches.map(({ labels, points }) => ({ metric: 'cache_entries', labels: { service, ...labels }, points })),
    ...heap.map(({ points }) => ({ metric: 'process_heap_used_bytes', labels: { service }, points })),
    ...rss.map(({ points }) => ({ metric: 'process_resident_memory_bytes', labels: { service }, points })),
  ];
};

/** A process that starts anew holds less than half: each start begins another history. */
const lives = (points: readonly Point[]): Point[][] => {
  const all: Point[][] = [];
  for (const [index, point] of points.entries()) {
    const before = points[index - 1]?.[1];
    const life = all.at(-1);
    if (life === undefined || (before !== undefined && point[1] < before * 0.5)) all.push([point]);
    else life.push(point);
  }
  return all;
};

/** One that was ended for its memory just now grew before that: the longest of its lives tells most. */
const longestLife = (points: readonly Point[]): readonly Point[] =>
  lives(points).sort((a, b) => b.length - a.length)[0] ?? [];

const sizeWords = (metric: string, value: number): string =>
  metric.endsWith('_bytes') ? `${(value / MIB).toFixed(0)} MiB` : count(value);

const test = async (work: Case, lane: Lane, facts: Facts, service: string): Promise<Tested | undefined> => {
  const found = await lane.use(
    'memory_history',
    `Since when does ${service} grow, and what in it?`,
    { service },
    async () => {
      const value = await readGrowth(work, service);
      const lines = value.map(({ metric, labels, points }) => {
        const trend = trendOf(longestLife(points.slice(-90)));
        const words =
          trend === undefined
            ? 'too short to tell'
            : `${sizeWords(metric, trend.from)} → ${sizeWords(metric, trend.to)}, ${trend.slope >= 0 ? '+' : '−'}${sizeWords(metric, Math.abs(trend.slope) * 60)} a minute, tau ${trend.tau.toFixed(2)}`;
        return `${seriesName(metric, labels)}: ${words}`;
      });
      return { value, says: lines[0] ?? 'nothing measured', lines };
    },
  );
  if (found === undefined) return undefined;
  const growing = found.value.filter(({ points }) => {
    const trend = trendOf(longestLife(points.slice(-90)));
    return trend !== undefined && isGrowing(trend, 1.15);
  });
  const [most] = growing;
  const cite = lane.evidence(found, most === undefined ? service : seriesName(most.metric, most.labels), (value) => {
    const shown =
      value.find(
        ({ metric, labels }) => metric === most?.metric && JSON.stringify(labels) === JSON.stringify(most.labels),
      ) ?? value[0];
    return {
      type: 'metric',
      source: 'monitor',
      severity: 'high',
      summary: `${shown === undefined ? service : seriesName(shown.metric, shown.labels)} grows and does not come back`,
      ...(shown === undefined
        ? {}
        : {
            data: {
              kind: 'metric',
              name: seriesName(shown.metric, shown.labels),
              unit: shown.metric.endsWith('_bytes') ? 'B' : '',
              points: shown.points,
              marks: [{ at: facts.onset.at, label: 'began' }],
            },
          }),
    };
  });
  if (most === undefined)
    return { weight: 'strong against', because: `Nothing in ${service} grows without end`, cited: [cite()] };
  const deploy = changesOf(facts, 'deploy', service).sort((a, b) => b.at - a.at)[0];
  if (deploy === undefined)
    return { weight: 'for', because: `${service} grows, but no release of it explains since when`, cited: [cite()] };
  const before = trendOf(between(most.points, 0, deploy.at));
  const after = trendOf(longestLife(between(most.points, deploy.at, Number.POSITIVE_INFINITY)));
  if (
    after === undefined ||
    !isGrowing(after, 1.15) ||
    (before !== undefined && before.tau > 0.6 && before.slope > after.slope * SAME_GROWTH)
  ) {
    return {
      weight: 'against',
      because: `${service} grew before ${deploy.change.after ?? 'the release'} as well`,
      cited: [cite(), deploy.cite()],
    };
  }
  const version = deploy.change.after ?? deploy.change.title;
  const cache = growing.find(({ metric }) => metric === 'cache_entries');
  const what = cache === undefined ? 'its heap' : `the cache ${cache.labels.cache ?? ''}`;
  const cited = [cite(), deploy.cite()];
  return {
    weight: 'decisive for',
    because: `${what} was level before ${version} and has grown without a break since`,
    cited,
    subject: version,
    changeId: deploy.change.changeId,
    statement: `${service} ${version} keeps what it should let go: ${what} grows without end`,
    rootCause:
      `Since its release ${version} (${clock(deploy.at)}) ${what} of ${service} grows without end: ` +
      `from ${sizeWords(most.metric, after.from)} to ${sizeWords(most.metric, after.to)}, ${sizeWords(most.metric, after.slope * 60)} more each minute.`,
    chain: [
      { label: `${deploy.change.author} released ${service} ${version}`, at: deploy.at, cited: [deploy.cite()] },
      {
        label: `${what} grows by ${sizeWords(most.metric, after.slope * 60)} a minute`,
        at: deploy.at,
        cited: [cite()],
      },
    ],
    remedies: [
      rollBackDeployment(deploy, [deploy.cite()], []),
      restartService(service, `A restart frees the memory; ${version} fills it again.`, [cite()]),
    ],
  };
};

/** Memory that grows from a release on and is never given back. */
export const memoryGrowth: CauseFinder = (facts) => {
  const { objective } = facts.symptom;
  const rising = [
    ...risesOf(facts, { metric: 'process_heap_used_bytes', ratio: 1.3 }),
    ...risesOf(facts, { metric: 'cache_entries', ratio: 1.3 }),
    ...risesOf(facts, { metric: 'process_resident_memory_bytes', ratio: 1.2 }),
  ];
  const services = new Set([
    ...(objective.kind === 'memory' ? [objective.service] : []),
    ...rising.flatMap(({ labels }) => labels.service ?? []),
  ]);
  return [...services].map((service) => {
    const [deploy] = changesOf(facts, 'deploy', service);
    const [heap] = risesOf(facts, { metric: 'process_heap_used_bytes', service, ratio: 1.3 });
    const [cache] = risesOf(facts, { metric: 'cache_entries', service, ratio: 1.3 });
    const [gc] = risesOf(facts, { metric: 'process_gc_seconds_total', service, ratio: 1.5 });
    const isSymptom = objective.kind === 'memory' && objective.service === service;
    const clues: Clue[] = [
      ...(isSymptom
        ? [
            {
              weight: 'strong for' as const,
              because: `${objective.name} of ${service} is what is missed`,
              cite: [facts.symptom.cite],
            },
          ]
        : []),
      ...(heap === undefined
        ? []
        : [
            {
              weight: 'for' as const,
              because: `Its heap went from ${sizeWords('_bytes', heap.before)} to ${sizeWords('_bytes', heap.after)}`,
              cite: [heap.cite],
            },
          ]),
      ...(cache === undefined
        ? []
        : [
            {
              weight: 'for' as const,
              because: `The cache ${cache.labels.cache ?? ''} went from ${count(cache.before)} to ${count(cache.after)} entries`,
              cite: [cache.cite],
            },
          ]),
      ...(gc === undefined
        ? []
        : [{ weight: 'for' as const, because: 'It spends more time collecting garbage', cite: [gc.cite] }]),
      ...(deploy === undefined
        ? [{ weight: 'strong against' as const, because: `${service} was not released lately`, cite: [] }]
        : [
            {
              weight: 'for' as const,
              because: `${service} ${deploy.change.after ?? ''} was released ${lead(deploy.leadMs)}`,
              cite: [deploy.cite],
            },
          ]),
      ...(objective.kind === 'memory' && !isSymptom
        ? [{ weight: 'against' as const, because: `The memory of another service is missed`, cite: [] }]
        : []),
    ];
    return {
      kind: 'memory_leak',
      service,
      subject: deploy?.change.after ?? service,
      changeId: deploy?.change.changeId,
      statement: `${service} keeps what it should let go`,
      agentName: 'Infrastructure',
      prior: 0.12,
      why: 'Memory rose',
      clues,
      check: 'Was its memory level before the release, and has it grown without a break since?',
      test: (work, lane) => test(work, lane, facts, service),
    };
  });
};
