import type { Case } from './case.ts';
import type { Facts, Onset, Symptom } from './facts.ts';
import { type Lane, unlessStopped } from './lane.ts';
import { readChanges } from './specialists/changes.ts';
import { readDatabase } from './specialists/database.ts';
import { noInfra, readInfrastructure } from './specialists/infrastructure.ts';
import { readLogs } from './specialists/logs.ts';
import { scanMetrics } from './specialists/metrics.ts';
import { readTraces } from './specialists/traces.ts';
import type { Graph } from './tools/monitor.ts';

export type Team = {
  orchestrator: Lane;
  triage: Lane;
  metrics: Lane;
  logs: Lane;
  traces: Lane;
  changes: Lane;
  database: Lane;
  infrastructure: Lane;
};

export const teamOf = ({ lane }: Case): Team => ({
  orchestrator: lane('Orchestrator', 'orchestrator'),
  triage: lane('Triage', 'triage'),
  metrics: lane('Metrics', 'metrics'),
  logs: lane('Logs', 'logs'),
  traces: lane('Traces', 'traces'),
  changes: lane('Changes', 'changes'),
  database: lane('Database', 'database'),
  infrastructure: lane('Infrastructure', 'infrastructure'),
});

const looking = ({ metrics, logs, traces, changes, database, infrastructure }: Team): Lane[] => [
  metrics,
  logs,
  traces,
  changes,
  database,
  infrastructure,
];

export const idleLanes = (team: Team): void => {
  for (const lane of looking(team)) {
    const stopped = lane.hold.stoppedBy();
    // Who was stopped before its turn waits for nothing.
    lane.status(stopped === undefined ? 'queued' : 'failed', stopped ?? 'For the moment it began');
  }
};

const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;

/** Runs one agent's look, with the time to read along before and after it. */
const lookWith = <T>(lane: Lane, otherwise: T, done: (value: T) => string, run: () => Promise<T>): Promise<T> =>
  unlessStopped(lane, otherwise, async () => {
    await lane.pause(300);
    const value = await run();
    await lane.pause(300);
    lane.status('done', done(value));
    return value;
  });

type Wanted = {
  work: Case;
  team: Team;
  symptom: Symptom;
  onset: Onset;
  graph: Graph | undefined;
  round: number;
};

/** Everybody looks at once; what they saw is put together. */
export const gather = async ({ work, team, symptom, onset, graph }: Wanted): Promise<Facts> => {
  const infra = noInfra();
  const [shifts, { logs, slow }, traces, changes] = await Promise.all([
    lookWith(
      team.metrics,
      [],
      (found) => count(found.length, 'measurement moved', 'measurements moved'),
      () => scanMetrics(work, team.metrics, onset, graph),
    ),
    lookWith(
      team.logs,
      { logs: [], slow: [] },
      (found) =>
        count(found.logs.length, 'kind of line is new or more frequent', 'kinds of lines are new or more frequent'),
      () => readLogs(work, team.logs, onset),
    ),
    lookWith(
      team.traces,
      undefined,
      (found) => (found === undefined ? 'No trace to read' : 'Slow and failed requests read'),
      () => readTraces(work, team.traces, onset),
    ),
    lookWith(
      team.changes,
      [],
      (found) => count(found.length, 'change before it began', 'changes before it began'),
      () => readChanges(work, team.changes, onset),
    ),
    lookWith(
      team.database,
      undefined,
      () => 'Locks and connections read',
      () => readDatabase(work, team.database, infra),
    ),
    lookWith(
      team.infrastructure,
      undefined,
      () => 'Processes, queues, certificates and settings read',
      () => readInfrastructure(work, team.infrastructure, infra),
    ),
  ]);
  return { now: Date.now(), symptom, onset, graph, shifts, logs, slow, traces, changes, infra };
};
