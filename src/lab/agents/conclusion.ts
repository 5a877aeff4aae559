import type { PublicationParams } from '../../protocol/up.ts';
import type { BoardEntry } from './board.ts';
import type { Onset } from './case.ts';
import type { MissingIndex, Scan } from './database-agent.ts';
import type { Suspect } from './metrics-agent.ts';
import type { Breach } from './triage.ts';
import { clock, count, duration, seconds, span } from './words.ts';

/** A cause that was shown by a test, and what it is shown with. */
export type Shown = {
  incidentId: string;
  breach: Breach;
  onset: Onset;
  scan: Scan;
  missing: MissingIndex;
  suspect: Suspect | undefined;
  waitEvidenceId: string | undefined;
  confidence: number;
  now: number;
};

/** What no agent here has a tool for; said, so that nobody takes silence for health. */
const NOT_CHECKED = [
  'CPU, memory and disk of the hosts',
  'the network between the services',
  'the people’s own devices and networks',
];

const iso = (at: number): string => new Date(at).toISOString();

/** The root cause in plain words, with the numbers that were measured. */
export const concludeIndex = (found: Shown): PublicationParams<'investigation.completed'> => {
  const { incidentId, breach, onset, scan, missing, suspect, waitEvidenceId, confidence, now } = found;
  const { migration } = missing;
  const query =
    suspect === undefined
      ? `takes ${duration(scan.replayMs)}`
      : `went from ${seconds(suspect.before)} to ${seconds(suspect.after)}`;
  const name = breach.objective.name;
  const evidenceIds = [
    migration.evidenceId,
    scan.evidenceId,
    missing.evidenceId,
    onset.evidenceId,
    ...(suspect === undefined ? [] : [suspect.evidenceId]),
  ];
  return {
    incidentId,
    confidence,
    rootCause:
      `Migration ${migration.change.title} dropped the index ${missing.name} at ${clock(migration.at)}. ` +
      `Without it every lookup by ${missing.columns[0] ?? ''} reads all ${count(scan.rows)} rows of ${scan.table}: the query ${query}, ` +
      `and ${name}’s p99 from ${seconds(onset.before)} to ${seconds(onset.after)}.`,
    recommendedActions: [
      `Recreate ${missing.name} on ${scan.table} (${missing.columns.join(', ')}): proposed, waiting for approval`,
      'Before a migration drops an index, check that no plan of a running statement uses it',
      `Alert on slow-query warnings of ${scan.service.name}: they came before the objective was missed`,
    ],
    causalChain: [
      {
        label: `${migration.change.author} ran ${migration.change.title}: ${missing.drop}`,
        at: iso(migration.at),
        evidenceIds: [migration.evidenceId],
      },
      {
        label: `The plan of the lookup became ${scan.plan[0] ?? ''}: ${count(scan.rows)} rows each time`,
        at: iso(suspect?.at ?? onset.at),
        evidenceIds: [scan.evidenceId, missing.evidenceId],
      },
      ...(suspect === undefined
        ? []
        : [
            {
              label: `Query ${suspect.name} slowed from ${seconds(suspect.before)} to ${seconds(suspect.after)}`,
              at: iso(suspect.at),
              evidenceIds: [suspect.evidenceId],
            },
          ]),
      ...(waitEvidenceId === undefined
        ? []
        : [
            {
              label: 'Queries queued behind each other for the one connection',
              at: iso(onset.at),
              evidenceIds: [waitEvidenceId],
            },
          ]),
      {
        label: `${name} p99 rose from ${seconds(onset.before)} to ${seconds(onset.after)}`,
        at: iso(onset.at),
        evidenceIds: [onset.evidenceId, breach.evidenceId],
      },
    ],
    impact: `${name} misses its objective of ${seconds(breach.objective.p99Seconds)} since ${clock(onset.at)}, ${span(now - onset.at)} so far, at ${breach.ratePerSecond.toFixed(1)} requests a second. No data is affected.`,
    evidenceIds,
    notChecked: NOT_CHECKED,
  };
};

/** An honest end without a cause: the strongest lead, what was ruled out, what nobody looked at. */
export const concludeOpen = (
  incidentId: string,
  entries: readonly BoardEntry[],
  why: string,
): PublicationParams<'investigation.completed'> => {
  const [lead] = entries.filter(({ status }) => status !== 'refuted').sort((a, b) => b.confidence - a.confidence);
  const refuted = entries.filter(({ status }) => status === 'refuted');
  return {
    incidentId,
    confidence: Math.min(lead?.confidence ?? 0.1, 0.5),
    rootCause: `Inconclusive: ${why}${lead === undefined ? '' : ` The strongest lead: ${lead.statement}.`}`,
    recommendedActions: [
      ...(lead === undefined ? [] : [`Look further into: ${lead.statement}`]),
      'Add context if you know of a change that is in no feed, and investigate again',
      ...refuted.map(({ statement }) => `Ruled out: ${statement}`),
    ],
    notChecked: NOT_CHECKED,
  };
};
