import { findShift, median } from '../analysis/change-point.ts';
import type { Case } from '../case.ts';
import type { Facts } from '../facts.ts';
import type { Lane } from '../lane.ts';
import { growPool, switchBreakerOn } from '../plans/ease-dependency.ts';
import { clock, seconds } from '../words.ts';
import { type CauseFinder, type Clue, changesOf, isFeltAt, risesOf, type Tested } from './cause.ts';
import { othersSlower } from './others-slower.ts';

const HISTORY_MS = 6 * 60_000;

/** Others that slowed by this share of what the dependency did share its reason. */
const SHARED = 0.4;
const LEAST_SHARED = 1.6;
/** Of the objective's limit: what takes less, on average, isn't why it is missed. */
const TOO_LITTLE = 0.75;

const test = async (
  work: Case,
  lane: Lane,
  facts: Facts,
  caller: string,
  dependency: string,
): Promise<Tested | undefined> => {
  const { monitor, platform, settings } = work;
  const found = await lane.use(
    'dependency_latency',
    `Is it ${dependency} itself that is slower, at the same load?`,
    { service: caller, to: dependency },
    async () => {
      const request = {
        metric: 'http_client_duration_seconds',
        windowMs: settings.scrapeEveryMs * 5,
        where: { service: caller, to: dependency },
        from: Math.max(facts.onset.since, Date.now() - HISTORY_MS),
      };
      const [mean] = await monitor.query({ ...request, operation: 'mean' });
      const [rate] = await monitor.query({ ...request, operation: 'rate' });
      const breaker = (await platform.breakers()).find(
        (one) => one.service === caller && one.dependency === dependency,
      );
      const shift = findShift(mean?.points ?? []);
      const load = (from: number, to: number): number => {
        const values = (rate?.points ?? []).filter(([at]) => at >= from && at < to).map(([, value]) => value);
        return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
      };
      const began = shift?.at ?? facts.onset.at;
      const others = await othersSlower(work, facts, dependency, began);
      const value = {
        others,
        points: mean?.points ?? [],
        shift,
        before: load(0, began),
        after: load(began, Number.POSITIVE_INFINITY),
        breaker,
      };
      const lines = [
        `${caller} → ${dependency} mean: ${shift === undefined ? 'no lasting change' : `${seconds(shift.before)} → ${seconds(shift.after)} at ${clock(shift.at)}`}`,
        `${caller} → ${dependency} calls: ${value.before.toFixed(1)}/s before, ${value.after.toFixed(1)}/s since`,
        ...others.map(
          ({ name, ratio }) => `${name}, which does without it: ${ratio.toFixed(1)} times as long as before`,
        ),
        `circuit breaker: ${breaker === undefined ? 'none' : breaker.enabled ? breaker.status : 'off'}`,
      ];
      return { value, says: lines[0] ?? '', lines };
    },
  );
  if (found === undefined) return undefined;
  const { shift, before, after, breaker, others } = found.value;
  const cite = lane.evidence(found, 'mean:', ({ points, shift: now }) => ({
    type: 'metric',
    source: 'monitor',
    severity: 'high',
    summary: `Calls of ${caller} to ${dependency}: ${now === undefined ? 'as usual' : `${seconds(now.before)} → ${seconds(now.after)}`}`,
    data: {
      kind: 'metric',
      name: `${caller} → ${dependency} mean`,
      unit: 's',
      points,
      ...(now === undefined ? {} : { baseline: now.before, marks: [{ at: now.at, label: 'slower' }] }),
    },
  }));
  if (shift === undefined || shift.after < 2 * shift.before) {
    return { weight: 'strong against', because: `${dependency} answers as fast as before`, cited: [cite()] };
  }
  const shared = median(others.map(({ ratio }) => ratio));
  if (shared > Math.max(LEAST_SHARED, (SHARED * shift.after) / shift.before)) {
    return {
      weight: 'strong against',
      because: `Calls that do without ${dependency} became ${shared.toFixed(1)} times slower with it: what they share is slow`,
      cited: [cite()],
    };
  }
  const { objective } = facts.symptom;
  if (objective.kind === 'latency' && shift.after < TOO_LITTLE * objective.limit) {
    return {
      weight: 'strong against',
      because: `${seconds(shift.after)} for ${dependency} do not make ${objective.name} miss ${seconds(objective.limit)}`,
      cited: [cite()],
    };
  }
  if (after > before * 2) {
    return {
      weight: 'against',
      because: `${caller} asks ${dependency} ${(after / Math.max(before, 0.1)).toFixed(1)} times as often: it may be slow for that`,
      cited: [cite()],
    };
  }
  const unprotected = breaker !== undefined && !breaker.enabled;
  const cited = [
    cite(),
    ...(facts.infra.cite.breakers === undefined || !unprotected ? [] : [facts.infra.cite.breakers()]),
  ];
  const pool = facts.infra.pools.find(({ service, waiting }) => service === caller && waiting > 0);
  const traces = facts.traces;
  return {
    weight: 'decisive for',
    because: `${dependency} went from ${seconds(shift.before)} to ${seconds(shift.after)} while ${caller} asks it no more often than before`,
    cited,
    statement: `${dependency} is slow and ${caller} waits for it${unprotected ? ' without a circuit breaker' : ''}`,
    rootCause:
      `${dependency} became slow at ${clock(shift.at)}: calls of ${caller} take ${seconds(shift.after)} instead of ${seconds(shift.before)}, at the same load. ` +
      (unprotected ? `${caller} has no circuit breaker on for it, so that every request waits.` : ''),
    chain: [
      {
        label: `${dependency} slowed from ${seconds(shift.before)} to ${seconds(shift.after)}`,
        at: shift.at,
        cited: [cite()],
      },
      {
        label: `Requests of ${caller} wait for it${unprotected ? ', with the circuit breaker off' : ''}`,
        at: facts.onset.at,
        cited: traces === undefined ? cited : [traces.cite()],
      },
    ],
    remedies: [
      ...(unprotected ? [switchBreakerOn(caller, dependency, shift.after * 1000)] : []),
      ...(pool === undefined ? [] : [growPool(caller, pool.pool, pool.size)]),
    ],
  };
};

/** Something outside that became slow, with a service waiting for it. */
export const slowDependency: CauseFinder = (facts) => {
  const external = new Set(
    (facts.graph?.services ?? []).filter(({ kind }) => kind === 'external').map(({ name }) => name),
  );
  const slower = risesOf(facts, { metric: 'http_client_duration_seconds', operation: 'mean', ratio: 2 }).filter(
    ({ labels }) => external.has(labels.to ?? '') && labels.status !== 'refused' && labels.status !== 'tls',
  );
  const pairs = new Map(slower.map((shift) => [`${shift.labels.service} ${shift.labels.to}`, shift]));
  return [...pairs.values()].map((shift) => {
    const { service: caller = '', to: dependency = '' } = shift.labels;
    const breaker = facts.infra.breakers.find((one) => one.service === caller && one.dependency === dependency);
    const spent = facts.traces?.spent.find(
      ({ service, name, to }) =>
        service === dependency || to === dependency || (service === caller && name.includes(dependency)),
    );
    const [config] = changesOf(facts, 'config', caller);
    const citeBreakers = facts.infra.cite.breakers;
    const clues: Clue[] = [
      {
        weight: 'strong for',
        because: `Calls to ${dependency} went from ${seconds(shift.before)} to ${seconds(shift.after)}`,
        cite: [shift.cite],
      },
      ...(breaker !== undefined && !breaker.enabled
        ? [
            {
              weight: 'for' as const,
              because: `The circuit breaker for ${dependency} is off`,
              cite: citeBreakers === undefined ? [] : [citeBreakers],
            },
          ]
        : []),
      ...(spent !== undefined && spent.share > 0.3 && facts.traces !== undefined
        ? [
            {
              weight: 'for' as const,
              because: `${Math.round(spent.share * 100)} % of the time of slow requests goes there`,
              cite: [facts.traces.cite],
            },
          ]
        : []),
      ...(isFeltAt(facts, caller)
        ? []
        : [
            {
              weight: 'strong against' as const,
              because: `${facts.symptom.objective.service} does not depend on ${caller}`,
              cite: [facts.symptom.cite],
            },
          ]),
      ...(config === undefined
        ? []
        : [
            {
              weight: 'against' as const,
              because: `${config.change.title} of ${caller} was changed as well`,
              cite: [config.cite],
            },
          ]),
    ];
    return {
      kind: 'slow_dependency',
      service: caller,
      subject: dependency,
      statement: `${dependency} is slow and ${caller} waits for it`,
      agentName: 'Traces',
      prior: 0.2,
      why: `Calls to ${dependency} take longer`,
      clues,
      beganAt: shift.at,
      check: `Is ${dependency} slower at the same load, and is ${caller} unprotected?`,
      test: (work, lane) => test(work, lane, facts, caller, dependency),
    };
  });
};
