import type { Point } from './analysis/change-point.ts';
import type { Share } from './analysis/spans.ts';
import type { Cite } from './cited.ts';
import type { Graph, Objective } from './tools/monitor.ts';
import type {
  Breaker,
  Certificate,
  Change,
  ConfigEntry,
  Pool,
  Process,
  Queue,
  QueueMessage,
  Release,
  Transaction,
} from './tools/platform.ts';

/** An objective that is missed, and since when. */
export type Symptom = {
  objective: Objective;
  value: number;
  firing: boolean;
  /** When the alert began. */
  alertedAt: number | undefined;
  cite: Cite;
};

export type Onset = {
  /** When the metric of the objective left the level it had. */
  at: number;
  before: number;
  after: number;
  /** The history shows no such moment: it is taken from the alert, and anything may be earlier or later. */
  isAssumed: boolean;
  /** Since when it had been calm before. */
  since: number;
  cite: Cite;
};

/** A series that moved to another level around the onset. */
export type SeriesShift = {
  metric: string;
  operation: string;
  labels: Record<string, string>;
  at: number;
  before: number;
  after: number;
  score: number;
  points: readonly Point[];
  cite: Cite;
};

/** A kind of log line that is new, or comes much more often, since the onset. */
export type LogShift = {
  service: string;
  level: string;
  pattern: string;
  before: number;
  after: number;
  firstAt: number;
  /** A line of it as it was written, with its fields. */
  fields: Record<string, unknown>;
  cite: Cite;
};

export type SlowStatement = {
  service: string;
  statement: string;
  count: number;
  meanMs: number;
  cite: Cite;
};

/** A call that failed where nothing below it failed: where errors begin. */
export type ErrorOrigin = { service: string; name: string; kind: string; says: string; count: number };

export type TraceFacts = {
  /** Of slow and failed requests, on their critical paths. */
  spent: (Share & { kind: string; to: string | undefined })[];
  origins: ErrorOrigin[];
  cite: Cite;
};

/** A change with how long before the onset it was made. */
export type Candidate = { change: Change; at: number; leadMs: number; cite: Cite };

export type InfraFacts = {
  processes: Process[];
  certificates: Certificate[];
  queues: Queue[];
  messages: Map<string, QueueMessage[]>;
  breakers: Breaker[];
  pools: Pool[];
  transactions: Transaction[];
  config: ConfigEntry[];
  releases: Release[];
  cite: Partial<
    Record<'processes' | 'certificates' | 'queues' | 'breakers' | 'pools' | 'transactions' | 'config', Cite>
  >;
  citeMessages: Map<string, Cite>;
};

/** All that was seen so far; causes are told from it. */
export type Facts = {
  now: number;
  symptom: Symptom;
  onset: Onset;
  graph: Graph | undefined;
  shifts: SeriesShift[];
  logs: LogShift[];
  slow: SlowStatement[];
  traces: TraceFacts | undefined;
  changes: Candidate[];
  infra: InfraFacts;
};
