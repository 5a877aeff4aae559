import type { Evidence } from '../protocol/evidence.ts';
import type { CausalLink, Citation } from '../protocol/investigation.ts';
import type { PlanStep } from '../protocol/remediation.ts';
import type {
  AgentStatus,
  HypothesisStatus,
  PreconditionStatus,
  RemediationStatus,
  Reversibility,
  Risk,
  StepStatus,
} from '../protocol/values.ts';

/** Times are epoch milliseconds throughout. */

export type Agent = {
  name: string;
  role: string;
  status: AgentStatus;
  /** What it is doing, in its own words; the last message where it never said. */
  task: string;
  startedAt: number | null;
  endedAt: number | null;
  lastAt: number;
  events: number;
  toolCalls: number;
  /** Stretches of work, for the lanes; an open one has no end. */
  spans: readonly { from: number; to: number | null; failed: boolean }[];
  /** It was over before the agent said how its work ended. */
  cut: boolean;
  /** What a person last told it. */
  instructed: { instruction: 'ask' | 'skip' | 'stop'; by: string; message: string | null; at: number } | null;
};

/** `label` ("E1", "E2" …) is by first appearance and never changes. */
export type EvidenceItem = Evidence & {
  label: string;
  eventId: string;
  /** When it was last collected, and first. */
  at: number;
  firstAt: number;
  agentName: string;
  /** Since when somebody waits for it to be collected again. */
  checkAskedAt: number | null;
};

export type Hypothesis = {
  hypothesisId: string;
  statement: string;
  status: HypothesisStatus;
  confidence: number;
  evidenceIds: readonly string[];
  contradictingEvidenceIds: readonly string[];
  citations: readonly Citation[];
  agentName: string;
  reason: string | null;
  at: number;
  history: readonly { at: number; status: HypothesisStatus; confidence: number; eventId: string }[];
};

export type RootCause = {
  statement: string;
  confidence: number;
  recommendedActions: readonly string[];
  causalChain: readonly CausalLink[];
  impact: string | null;
  evidenceIds: readonly string[];
  contradictingEvidenceIds: readonly string[];
  citations: readonly Citation[];
  openQuestions: readonly string[];
  notChecked: readonly string[];
  at: number;
  eventId: string;
};

type StepTexts = Pick<PlanStep, 'description' | 'output' | 'target' | 'command' | 'expectedEffect'>;

export type Step = StepTexts & {
  stepId: string;
  type: string;
  status: StepStatus;
  startedAt: number | null;
  endedAt: number | null;
  durationMs: number | null;
};

export type Decision = {
  verdict: 'approved' | 'rejected' | 'expired';
  by: string | null;
  reason: string | null;
  at: number;
  planDigest: string | null;
};

export type Precondition = {
  preconditionId: string;
  statement: string;
  status: PreconditionStatus;
  observed: string | null;
  /** Why it changed, or could not be looked at. */
  reason: string | null;
  checkedAt: number | null;
  /** Since when somebody waits for it to be looked at again. */
  checkAskedAt: number | null;
  evidenceIds: readonly string[];
};

export type Objection = {
  by: string;
  objectorId: string | null;
  reason: string | null;
  at: number;
  withdrawnAt: number | null;
};

/** How the plan is taken back, and how far that is. */
export type Undo = {
  reversibility: Reversibility;
  description: string | null;
  steps: readonly Step[];
  /** How long it stays armed after the plan was carried out. */
  watchMs: number;
  state: 'idle' | 'armed' | 'requested' | 'done' | 'failed';
  /** Until when it is armed; null: for good. */
  until: number | null;
  by: string | null;
  reason: string | null;
  requestedAt: number | null;
  endedAt: number | null;
  outcome: string | null;
};

export type Remediation = {
  remediationId: string;
  title: string;
  description: string;
  requiresApproval: boolean;
  status: RemediationStatus;
  risk: Risk | null;
  blastRadius: readonly { service: string; hops?: number | undefined; impact?: string | undefined }[];
  rollback: string | null;
  undo: Undo | null;
  preconditions: readonly Precondition[];
  expectedEffect: string | null;
  service: string | null;
  claimedBy: string | null;
  objections: readonly Objection[];
  planDigest: string | null;
  approvalId: string | null;
  approvalsRequired: number;
  /** The admins who approved so far, each once. */
  approvedBy: readonly string[];
  decisions: readonly Decision[];
  evidenceIds: readonly string[];
  /** What shows whether it worked. */
  outcomeEvidenceIds: readonly string[];
  steps: readonly Step[];
  proposedAt: number;
  expiresAt: number | null;
  approvedAt: number | null;
  executedAt: number | null;
  outcome: string | null;
  /** Why it ended as it did, in a sentence. */
  endReason: string | null;
  durationMs: number | null;
  /** The event that proposed the plan now shown. */
  eventId: string;
  /** It came with a record from elsewhere: there is nothing to decide, or do, about it here. */
  imported: boolean;
};

export type ContextNote = { by: string; context: string; at: number; eventId: string };

export type KnownSolution = {
  patternId: string;
  title: string;
  confidence: number;
  runbookUrl: string | null;
  at: number;
  decision: { action: 'accept' | 'dismiss'; by: string; at: number } | null;
};

/** `remediationId` is null where it is about the investigation. */
export type Feedback = { by: string; rating: number; remediationId: string | null; comment: string | null; at: number };

/** Where the investigation is on its way. */
export type Phase =
  | 'waiting'
  | 'investigating'
  | 'root_cause'
  | 'approval'
  | 'approved'
  | 'executing'
  | 'recovered'
  | 'failed'
  | 'rejected'
  | 'aborted';

export type Counts = { toolCalls: number; findings: number; errors: number };

/** What an investigation is: the fold of its events. Slices that an event doesn't touch keep their identity. */
export type Investigation = {
  incidentId: string;
  phase: Phase;
  /** The newest seq folded in; 0 before the first, and always from a relay without `seq`. */
  lastSeq: number;
  startedAt: number | null;
  /** When the phase that ends it was reached. */
  endedAt: number | null;
  lastAt: number | null;
  agents: ReadonlyMap<string, Agent>;
  evidence: readonly EvidenceItem[];
  hypotheses: readonly Hypothesis[];
  rootCause: RootCause | null;
  /** Newest last. */
  remediations: readonly Remediation[];
  notes: readonly ContextNote[];
  knownSolutions: readonly KnownSolution[];
  feedback: readonly Feedback[];
  aborted: { by: string; reason: string | null; at: number } | null;
  counts: Counts;
};
