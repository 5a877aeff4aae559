import type { Hypothesis } from './board.ts';
import type { Case, Onset } from './case.ts';
import { type Candidate, latencyAfter, readChanges } from './changes-agent.ts';
import { explainSlowest, findMissingIndex } from './database-agent.ts';
import type { Lane } from './lane.ts';
import { type LogFindings, readLogs, type Spent } from './logs-agent.ts';
import { checkTraffic, checkWaiting, findSlowQuery } from './metrics-agent.ts';
import type { Breach } from './triage.ts';
import { count, duration, lead, seconds } from './words.ts';

export type Team = { orchestrator: Lane; metrics: Lane; logs: Lane; changes: Lane; database: Lane };
export type Guesses = { traffic: Hypothesis; release: Hypothesis; database: Hypothesis };

/** What the numbers say: traffic, the query that changed, the queue behind it. */
export const runMetrics = async (work: Case, team: Team, breach: Breach, guesses: Guesses, onset: Onset) => {
  const { board } = work;
  const lane = team.metrics;
  const traffic = await checkTraffic(work, lane, breach.objective, onset);
  const ratio = traffic.after / Math.max(traffic.before, 0.01);
  board.weigh(lane.name, guesses.traffic, {
    weight: ratio < 1.3 ? 'strong against' : ratio > 1.8 ? 'strong for' : 'for',
    because: `Requests went from ${traffic.before.toFixed(1)}/s to ${traffic.after.toFixed(1)}/s`,
    evidenceIds: [traffic.evidenceId],
  });
  await lane.pause(1_700);
  const suspect = await findSlowQuery(work, lane, breach.objective, onset);
  if (suspect !== undefined) {
    board.weigh(lane.name, guesses.database, {
      weight: 'strong for',
      because: `Query ${suspect.name} went from ${seconds(suspect.before)} to ${seconds(suspect.after)} with it`,
      evidenceIds: [suspect.evidenceId],
    });
  }
  await lane.pause(1_300);
  const waitEvidenceId = await checkWaiting(work, lane, onset);
  lane.status(
    'done',
    suspect === undefined
      ? 'No query changed'
      : `${suspect.name} ${count(suspect.after / Math.max(suspect.before, 1e-6))} times slower`,
  );
  return { suspect, waitEvidenceId };
};

/** What the services wrote. */
export const runLogs = async (work: Case, team: Team, guesses: Guesses, onset: Onset): Promise<LogFindings> => {
  const found = await readLogs(work, team.logs, onset);
  const [worst] = found.slow;
  if (worst !== undefined) {
    work.board.weigh(team.logs.name, guesses.database, {
      weight: 'for',
      because: `${worst.service} logs a statement of ${duration(worst.meanMs)}, ${count(worst.count)} times since the onset`,
      evidenceIds: found.evidenceIds.slice(0, 1),
    });
  }
  team.logs.status(
    'done',
    worst === undefined ? 'Nothing new in the logs' : `${count(worst.count)} slow-query warnings`,
  );
  return found;
};

/** Each change that is no migration is a guess of its own; the generic one takes the first of them. */
export const runChanges = async (work: Case, team: Team, breach: Breach, guesses: Guesses, onset: Onset) => {
  const { board } = work;
  const lane = team.changes;
  const candidates = await readChanges(work, lane, onset);
  const others: { guess: Hypothesis; candidate: Candidate }[] = [];
  for (const candidate of candidates.filter(({ change }) => change.kind !== 'migration')) {
    const { change, evidenceId, leadMs } = candidate;
    const statement =
      `${change.kind === 'deploy' ? 'Release' : 'Setting'} ${change.title} ${change.after ?? ''} of ${change.service}`.replaceAll(
        '  ',
        ' ',
      );
    const isFirst = others.length === 0;
    const guess = isFirst ? guesses.release : board.propose(lane.name, statement, 0.2, `Changed ${lead(leadMs)}`);
    others.push({ guess, candidate });
    await lane.pause(900);
    const worst = await latencyAfter(work, lane, breach.objective, onset, candidate);
    const healthy = worst !== undefined && worst < breach.objective.p99Seconds;
    board.weigh(lane.name, guess, {
      weight: healthy ? 'strong against' : 'for',
      because: healthy
        ? `After it ${breach.objective.name} p99 stayed at ${seconds(worst)} or less until the onset`
        : `It was changed ${lead(leadMs)}`,
      evidenceIds: [evidenceId],
      statement,
    });
  }
  const migration = candidates.find(({ change }) => change.kind === 'migration');
  if (migration !== undefined) {
    board.weigh(lane.name, guesses.database, {
      weight: 'for',
      because: `${migration.change.title} ran ${lead(migration.leadMs)}`,
      evidenceIds: [migration.evidenceId],
    });
  }
  lane.status(
    'done',
    migration === undefined
      ? `${candidates.length} changes, no migration`
      : `${migration.change.title}, ${lead(migration.leadMs)}`,
  );
  return { candidates, others };
};

/** Why the statement is slow, and which index it misses; undefined where that can't be shown. */
export const runDatabase = async (
  work: Case,
  team: Team,
  guesses: Guesses,
  logs: Promise<LogFindings>,
  changes: Promise<{ candidates: Candidate[] }>,
) => {
  const { board } = work;
  const lane = team.database;
  lane.status('waiting', 'For the slow statement from Logs');
  const { slow } = await logs;
  const scan = await explainSlowest(work, lane, slow);
  if (scan === undefined) {
    lane.status('done', 'No scan found');
    return undefined;
  }
  board.weigh(lane.name, guesses.database, {
    weight: 'for',
    because: `Its plan reads all ${count(scan.rows)} rows of ${scan.table}`,
    evidenceIds: [scan.evidenceId],
    statement: `The lookup on ${scan.table} has no index to use`,
  });
  lane.status('waiting', 'For the changes before the onset');
  const { candidates } = await changes;
  const missing = await findMissingIndex(work, lane, scan, candidates);
  if (missing !== undefined) {
    board.weigh(lane.name, guesses.database, {
      weight: 'decisive for',
      because: `With ${missing.name} back, every statement that scans searches again`,
      evidenceIds: [missing.evidenceId, missing.migration.evidenceId],
      statement: `${missing.migration.change.title} dropped the index that the lookup on ${scan.table} needs`,
    });
  }
  lane.status(
    'done',
    missing === undefined ? `${scan.table} is scanned; no dropped index found` : `${missing.name} is missing`,
  );
  return missing === undefined ? undefined : { scan, missing };
};

/** A release or a setting of a service that itself takes no time in a slow request did not make it slow. */
export const explainAway = (
  work: Case,
  team: Team,
  others: readonly { guess: Hypothesis; candidate: Candidate }[],
  spent: Spent | undefined,
): void => {
  if (spent === undefined || spent.ownMs > spent.totalMs / 10) return;
  for (const { guess, candidate } of others.filter(({ candidate: { change } }) => change.service === spent.service)) {
    work.board.weigh(team.orchestrator.name, guess, {
      weight: 'strong against',
      because: `In a slow request ${spent.service} itself takes ${duration(spent.ownMs)} of ${duration(spent.totalMs)}; the rest is waiting for ${spent.waitsFor}`,
      evidenceIds: [spent.evidenceId, candidate.evidenceId],
    });
  }
};
