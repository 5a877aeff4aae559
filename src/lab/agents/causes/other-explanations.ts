import type { Facts } from '../facts.ts';
import { changeLabel } from '../specialists/changes.ts';
import { duration, lead } from '../words.ts';
import { type Clue, isFeltAt, type Suspicion } from './cause.ts';

/** Nobody can confirm these by a test; they are what people think of first, and are held against what was measured. */
type Other = Omit<Suspicion, 'test' | 'check'>;

const MOST = 4;
const NO_SHARE = 0.1;

/** More people came. */
export const moreTraffic = (facts: Facts): Other => {
  const { objective } = facts.symptom;
  const rates = facts.shifts.filter(
    ({ metric, operation, labels }) =>
      operation === 'rate' &&
      metric === 'http_request_duration_seconds' &&
      labels.service === objective.service &&
      (labels.status ?? '200') === '200',
  );
  const [risen] = rates.filter(({ before, after }) => after > before * 1.3 && before > 0);
  const clues: Clue[] =
    risen === undefined
      ? [{ weight: 'strong against', because: `Requests to ${objective.service} come as often as before`, cite: [] }]
      : [
          {
            weight: risen.after > 2 * risen.before ? 'strong for' : 'for',
            because: `Requests went from ${risen.before.toFixed(1)}/s to ${risen.after.toFixed(1)}/s`,
            cite: [risen.cite],
          },
        ];
  return {
    kind: 'more_traffic',
    service: objective.service,
    subject: objective.service,
    statement: `More traffic than ${objective.service} can take`,
    agentName: 'Metrics',
    prior: 0.2,
    why: 'A usual cause; the request rate will tell',
    clues,
  };
};

/** So many different services have to be slower at once before the machine under them is a suspect. */
const MANY = 3;

/** The machine that they share is busy with something else. */
export const busyMachine = (facts: Facts): Other => {
  const slower = facts.shifts.filter(
    ({ metric, operation, before, after }) =>
      metric === 'http_client_duration_seconds' && operation === 'mean' && after > 1.5 * before,
  );
  const answering = [...new Set(slower.flatMap(({ labels }) => labels.to ?? []))];
  const clue: Clue =
    answering.length >= MANY
      ? {
          weight: 'for',
          because: `${answering.join(', ')} all answer more slowly at once`,
          cite: slower.slice(0, MANY).map(({ cite }) => cite),
        }
      : {
          weight: 'strong against',
          because: `${answering.length === 0 ? 'No service answers' : `Only ${answering.join(', ')} answers`} more slowly than before`,
          cite: slower.slice(0, 1).map(({ cite }) => cite),
        };
  return {
    kind: 'busy_machine',
    service: facts.symptom.objective.service,
    subject: 'machine',
    statement: 'The machine under all of them is busy',
    agentName: 'Metrics',
    prior: 0.15,
    why: 'Everything on one machine slows together',
    clues: [clue],
  };
};

/** Each recent change is a suspect until something speaks against it. */
export const recentChanges = (facts: Facts, claimed: ReadonlySet<string>): Other[] =>
  facts.changes
    .filter(({ change }) => !claimed.has(change.changeId))
    .slice(0, MOST)
    .map(({ change, leadMs, cite }) => {
      const share = (facts.traces?.spent ?? [])
        .filter(({ service }) => service === change.service)
        .reduce((sum, one) => sum + one.share, 0);
      const complains =
        facts.logs.some(({ service }) => service === change.service) ||
        facts.shifts.some(
          ({ labels, metric }) => labels.service === change.service && metric !== 'process_cpu_seconds_total',
        );
      const isLater = !facts.onset.isAssumed && leadMs < -5_000;
      const felt = isFeltAt(facts, change.service);
      const clues: Clue[] = [
        {
          weight: isLater ? 'decisive against' : 'for',
          because: isLater ? 'It was made after it began' : `It was made ${lead(leadMs)}`,
          cite: [cite],
        },
        ...(felt
          ? []
          : [
              {
                weight: 'strong against' as const,
                because: `${facts.symptom.objective.service} does not depend on ${change.service}`,
                cite: [facts.symptom.cite],
              },
            ]),
        ...(facts.traces !== undefined && share < NO_SHARE
          ? [
              {
                weight: 'strong against' as const,
                because: `${change.service} itself takes ${Math.round(share * 100)} % of the time of slow requests`,
                cite: [facts.traces.cite],
              },
            ]
          : []),
        ...(complains
          ? []
          : [
              {
                weight: 'against' as const,
                because: `Nothing measured of ${change.service} moved, and it complains of nothing new`,
                cite: [],
              },
            ]),
        ...(leadMs > 60_000
          ? [
              {
                weight: 'against' as const,
                because: `All was well for ${duration(leadMs)} after it`,
                cite: [facts.onset.cite],
              },
            ]
          : []),
      ];
      return {
        kind: 'change',
        service: change.service,
        subject: change.title,
        changeId: change.changeId,
        statement: `${changeLabel(change)} by ${change.author}`,
        agentName: 'Changes',
        prior: 0.2,
        why: 'Changed before it began',
        clues,
      };
    });
