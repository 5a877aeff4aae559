import { z } from 'zod';

/** The closed vocabularies of the relay and the API. */
export const Severity = z.enum(['critical', 'high', 'medium', 'low', 'info']);
export type Severity = z.infer<typeof Severity>;

export const IncidentStatus = z.enum([
  'open',
  'triaging',
  'investigating',
  'awaiting_approval',
  'remediating',
  'resolved',
  'closed',
]);
export type IncidentStatus = z.infer<typeof IncidentStatus>;

/** Nobody has to do anything about the incident any more. */
export const isOver = (status: string | undefined): status is 'resolved' | 'closed' =>
  status === 'resolved' || status === 'closed';

export const IncidentSource = z.enum(['automated', 'manual']);
export type IncidentSource = z.infer<typeof IncidentSource>;

/** Two further spellings occur in the wild and are read as their meaning. */
export const RemediationStatus = z.preprocess(
  (value) => (value === 'awaiting_approval' ? 'proposed' : value === 'completed' ? 'executed' : value),
  z.enum(['proposed', 'approved', 'executing', 'executed', 'rejected', 'failed', 'expired']),
);
export type RemediationStatus = z.infer<typeof RemediationStatus>;

export const StepStatus = z.enum(['pending', 'running', 'completed', 'failed', 'skipped']);
export type StepStatus = z.infer<typeof StepStatus>;

export const AgentStatus = z.enum(['queued', 'running', 'waiting', 'done', 'failed']);
export type AgentStatus = z.infer<typeof AgentStatus>;

export const HypothesisStatus = z.enum(['proposed', 'supported', 'refuted', 'confirmed']);
export type HypothesisStatus = z.infer<typeof HypothesisStatus>;

export const ProgressKind = z.enum(['status', 'thought', 'tool_call', 'tool_result', 'finding']);
export type ProgressKind = z.infer<typeof ProgressKind>;

export const EvidenceType = z.enum(['log', 'metric', 'deployment', 'code_change', 'alert', 'runbook']);
export type EvidenceType = z.infer<typeof EvidenceType>;

export const Risk = z.enum(['low', 'medium', 'high']);
export type Risk = z.infer<typeof Risk>;

/** Whether a fact that a plan depends on is as it was; `unknown` where it could not be looked at. */
export const PreconditionStatus = z.enum(['holds', 'changed', 'unknown']);
export type PreconditionStatus = z.infer<typeof PreconditionStatus>;

export const Reversibility = z.enum(['reversible', 'costly', 'irreversible']);
export type Reversibility = z.infer<typeof Reversibility>;

export const Role = z.enum(['admin', 'member']);
export type Role = z.infer<typeof Role>;

/** A share between 0 and 1. */
export const Confidence = z.number().min(0).max(1);

/** ISO 8601 with a zone; kept as the text that was sent. */
export const Timestamp = z.iso.datetime({ offset: true });
