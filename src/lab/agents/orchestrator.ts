import type { Agent } from '../../agent/connect.ts';
import type { Case } from './case.ts';
import { concludeIndex, concludeOpen, type Shown } from './conclusion.ts';
import { confidenceOf } from './confidence.ts';
import { findOnset } from './metrics-agent.ts';
import { proposeIndex } from './plan.ts';
import { explainAway, type Guesses, runChanges, runDatabase, runLogs, runMetrics, type Team } from './teamwork.ts';
import { type Breach, triage } from './triage.ts';

/** How long the verification of a fix may take, before pacing. */
const WATCH_MS = 45_000;

const openGuesses = ({ board }: Case, breach: Breach): Guesses => ({
  traffic: board.propose(
    'Orchestrator',
    `More traffic than ${breach.objective.service} can take`,
    0.3,
    'A usual cause; the request rate will tell',
  ),
  release: board.propose(
    'Orchestrator',
    `A release or a setting in ${breach.objective.name}’s path`,
    0.35,
    'Most latency steps follow a change',
  ),
  database: board.propose(
    'Orchestrator',
    `A query behind ${breach.objective.name} became slow`,
    0.25,
    'It waits for another service with a database',
  ),
});

const assemble = (work: Case): Team => ({
  orchestrator: work.lane('Orchestrator', 'orchestrator'),
  metrics: work.lane('Metrics', 'metrics'),
  logs: work.lane('Logs', 'logs'),
  changes: work.lane('Changes', 'changes'),
  database: work.lane('Database', 'database'),
});

/** Runs one investigation from the first look to the proposal; resolves once its result is published. */
export const investigate = async (work: Case, agent: Agent): Promise<void> => {
  const team = assemble(work);
  const { orchestrator } = team;
  const { incidentId } = work;
  const finishOpen = async (why: string): Promise<void> => {
    for (const lane of [team.metrics, team.logs, team.changes, team.database]) if (lane.isOpen()) lane.status('done');
    await agent.publish('investigation.completed', concludeOpen(incidentId, work.board.entries(), why));
    orchestrator.status('done', 'Inconclusive');
  };

  orchestrator.status('running', 'Splitting the work up');
  work.lane('Triage', 'triage').status('queued', 'Which objective is missed');
  team.metrics.status('queued', 'When did it begin');
  team.logs.status('queued', 'What do the services say');
  team.changes.status('queued', 'What was changed');
  team.database.status('queued', 'Why is it slow');
  orchestrator.thought(
    `${work.title}: first how bad it is, then when it began; logs, changes and the database follow from that.`,
  );
  await orchestrator.pause(1_500);
  const breach = await triage(work);
  if (breach === undefined) return finishOpen('every objective is met while we look.');
  const guesses = openGuesses(work, breach);
  orchestrator.status('waiting', 'For the moment it began');
  team.logs.status('waiting', 'For the moment it began');
  team.changes.status('waiting', 'For the moment it began');
  const onset = await findOnset(work, team.metrics, breach.objective);
  if (onset === undefined) return finishOpen('the history of the latency shows no step to explain.');

  orchestrator.status('waiting', 'For Metrics, Logs, Changes and Database');
  const logs = runLogs(work, team, guesses, onset);
  const changes = runChanges(work, team, breach, guesses, onset);
  const [metrics, { others, candidates }, database, { spent }] = await Promise.all([
    runMetrics(work, team, breach, guesses, onset),
    changes,
    runDatabase(work, team, guesses, logs, changes),
    logs,
  ]);
  orchestrator.status('running', 'Putting it together');
  explainAway(work, team, others, spent);
  await orchestrator.pause(2_200);
  if (database === undefined) return finishOpen('no cause could be shown by a test.');
  const { scan, missing } = database;
  const result: Shown = {
    incidentId,
    breach,
    onset,
    scan,
    missing,
    ...metrics,
    confidence: confidenceOf(guesses.database.belief),
    now: Date.now(),
  };
  orchestrator.finding(
    `${missing.migration.change.title} is the cause: it dropped ${missing.name}, and with that index back the plans are as before.`,
    [missing.migration.evidenceId, missing.evidenceId],
  );
  await orchestrator.pause(1_100);
  await agent.publish('investigation.completed', concludeIndex(result));
  await orchestrator.pause(2_800);
  const plan = proposeIndex(result, candidates, WATCH_MS * Math.max(0.4, work.settings.pace));
  await agent.publish('remediation.proposed', plan);
  orchestrator.status('waiting', 'For a person to decide on the plan');
};
