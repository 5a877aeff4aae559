import type { Case } from '../case.ts';
import type { Candidate, Facts } from '../facts.ts';
import type { Lane } from '../lane.ts';
import { rollBackConfig } from '../plans/roll-back.ts';
import { clock, duration, lead } from '../words.ts';
import { givenUp, tookBefore } from './calls-in-time.ts';
import { type CauseFinder, type Clue, changesOf, risesOf, type Tested } from './cause.ts';

const IS_TIMEOUT = /time-?_?\.?out|deadline|give[-_ .]?up|patience|max[-_.]?wait/i;
const UNITS: readonly (readonly [pattern: RegExp, ms: number])[] = [
  [/ms$/i, 1],
  [/(?:s|sec|seconds)$/i, 1000],
];

/** Milliseconds of a setting's value; its unit is in the value, or in the key. */
export const timeoutMs = (key: string, value: string): number | undefined => {
  const read = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(value);
  if (read === null) return undefined;
  const amount = Number(read[1]);
  const unit = UNITS.find(([pattern]) => pattern.test(read[2] === '' || read[2] === undefined ? key : read[2]));
  return amount * (unit?.[1] ?? 1);
};

type Lowered = { candidate: Candidate; key: string; service: string; fromMs: number; toMs: number };

const lowered = (facts: Facts): Lowered[] =>
  changesOf(facts, 'config').flatMap((candidate) => {
    const { service, title: key, before, after } = candidate.change;
    const says = facts.infra.config.find((entry) => entry.service === service && entry.key === key)?.says ?? '';
    if (!IS_TIMEOUT.test(key) && !IS_TIMEOUT.test(says)) return [];
    const fromMs = timeoutMs(key, before ?? '');
    const toMs = timeoutMs(key, after ?? '');
    return fromMs === undefined || toMs === undefined || toMs >= fromMs
      ? []
      : [{ candidate, key, service, fromMs, toMs }];
  });

const test = async (
  work: Case,
  lane: Lane,
  facts: Facts,
  low: Lowered,
  targets: readonly string[],
): Promise<Tested | undefined> => {
  const { candidate, key, service, fromMs, toMs } = low;
  const found = await lane.use(
    'calls_before_the_change',
    `Did calls take longer than ${duration(toMs)} before ${key} was lowered, and are they given up since?`,
    { service, to: targets, before: clock(candidate.at) },
    async () => {
      const value = await Promise.all(
        targets.map(async (to) => {
          const [took, up] = await Promise.all([
            tookBefore(work, service, to, candidate.at),
            givenUp(work, service, to, candidate.at),
          ]);
          return { to, ...took, ...up };
        }),
      );
      return {
        value,
        says: value.map(({ to, p99 }) => `${to} p99 ${duration(p99)}`).join(', '),
        lines: value.map(
          ({ to, p50, p95, p99, before, since }) =>
            `${service} → ${to} before the change: p50 ${duration(p50)}, p95 ${duration(p95)}, p99 ${duration(p99)}; the limit was ${duration(fromMs)} and is ${duration(toMs)}; given up at most ${before.toFixed(2)}/s before, ${since.toFixed(2)}/s since`,
        ),
      };
    },
  );
  if (found === undefined) return undefined;
  const [tight] = [...found.value].sort((a, b) => b.since - a.since || b.p99 - a.p99);
  const cite = lane.evidence(found, tight?.to ?? '', (value) => ({
    type: 'metric',
    source: 'monitor',
    severity: 'high',
    summary: value
      .map(
        ({ to, p95, p99 }) =>
          `${service} → ${to} took p95 ${duration(p95)}, p99 ${duration(p99)} before ${key} became ${duration(toMs)}`,
      )
      .join('; '),
  }));
  const cited = [cite(), candidate.cite()];
  if (tight === undefined || tight.p99 < toMs * 0.7) {
    return {
      weight: 'strong against',
      because: `Calls took less than the new ${duration(toMs)} before it: lowering it alone fails none`,
      cited,
    };
  }
  if (tight.since <= 2 * tight.before) {
    return {
      weight: 'strong against',
      because: `No more calls of ${service} to ${tight.to} are given up than before ${key} was lowered`,
      cited,
    };
  }
  const { author, changeId } = candidate.change;
  return {
    weight: 'decisive for',
    because: `The same calls took up to ${duration(tight.p99)} before, more than the new limit of ${duration(toMs)}, and up to ${tight.since.toFixed(1)} of them a second are given up since`,
    cited,
    statement: `${key} of ${service} was lowered from ${duration(fromMs)} to ${duration(toMs)}, less than its calls take`,
    subject: key,
    changeId,
    rootCause:
      `${author} lowered ${key} of ${service} from ${duration(fromMs)} to ${duration(toMs)} at ${clock(candidate.at)}. ` +
      `Its calls to ${tight.to} took p95 ${duration(tight.p95)} and p99 ${duration(tight.p99)} all along, so that they are now given up.`,
    chain: [
      {
        label: `${author} set ${key} from ${candidate.change.before ?? ''} to ${candidate.change.after ?? ''}`,
        at: candidate.at,
        cited: [candidate.cite()],
      },
      {
        label: `Calls to ${tight.to} that take longer than ${duration(toMs)} are given up`,
        at: facts.onset.at,
        cited: [cite()],
      },
    ],
    remedies: [
      rollBackConfig(
        candidate,
        [candidate.cite()],
        [
          {
            statement: `Calls of ${service} still time out`,
            observed: 'timeouts since it began',
            check: {
              kind: 'metric',
              metric: 'http_client_duration_seconds',
              operation: 'rate',
              where: { service, status: 'timeout' },
              windowMs: 20_000,
              atLeast: 0.01,
            },
            cited: [cite()],
          },
        ],
      ),
    ],
  };
};

/** A time limit that was lowered below what its calls take. */
export const timeoutLowered: CauseFinder = (facts) =>
  lowered(facts).map((low) => {
    const { candidate, key, service, fromMs, toMs } = low;
    const timeouts = risesOf(facts, {
      metric: 'http_client_duration_seconds',
      service,
      operation: 'rate',
      labels: { status: 'timeout' },
    });
    const [first] = timeouts;
    const targets = [...new Set(timeouts.flatMap(({ labels }) => labels.to ?? []))];
    const needed =
      facts.graph?.services.find(({ name }) => name === service)?.dependsOn.map((one) => one.service) ?? [];
    const logged = facts.logs.find(
      (shift) => shift.service === service && /time.?out|timed out|gave up|aborted|deadline/i.test(shift.pattern),
    );
    const says = facts.logs.find(({ fields }) => JSON.stringify(fields).includes(` ${toMs} ms`));
    const clues: Clue[] = [
      {
        weight: 'for',
        because: `${key} went from ${duration(fromMs)} to ${duration(toMs)} ${lead(candidate.leadMs)}`,
        cite: [candidate.cite],
      },
      ...(first === undefined
        ? []
        : [
            {
              weight: 'strong for' as const,
              because: `Calls of ${service} to ${first.labels.to ?? ''} time out: ${first.after.toFixed(2)}/s`,
              cite: [first.cite],
            },
          ]),
      ...(says === undefined
        ? []
        : [
            {
              weight: 'strong for' as const,
              because: `${says.service} gives up after just that time: “${says.pattern}”`,
              cite: [says.cite],
            },
          ]),
      ...(logged === undefined
        ? []
        : [{ weight: 'for' as const, because: `${service} logs “${logged.pattern}”`, cite: [logged.cite] }]),
    ];
    return {
      kind: 'timeout_lowered',
      service,
      subject: key,
      changeId: candidate.change.changeId,
      statement: `${key} of ${service} is shorter than its calls take`,
      agentName: 'Changes',
      prior: 0.2,
      why: 'A time limit was lowered',
      clues,
      beganAt: candidate.at,
      check: 'Did the same calls take longer than the new limit before it was lowered, and are they given up since?',
      test: (work, lane) => test(work, lane, facts, low, targets.length > 0 ? targets : needed),
    };
  });
