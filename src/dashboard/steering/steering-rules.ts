import { isAtWork as isAgentAtWork } from '../../incident/fold-agents.ts';
import type { Agent, Feedback, Investigation, Phase, Remediation } from '../../incident/state.ts';
import type { IncidentStatus } from '../../protocol/values.ts';

type Person = { roles: readonly string[]; email: string };

export const isAtWork = (agents: ReadonlyMap<string, Agent>): boolean => [...agents.values()].some(isAgentAtWork);

/** Here it is a plan that goes on: who wants to stop it rejects it. */
const PLAN_UNDER_WAY: ReadonlySet<Phase> = new Set(['approval', 'approved', 'executing']);
const ENDED: ReadonlySet<Phase> = new Set(['root_cause', 'recovered', 'failed', 'rejected', 'aborted']);
const RATED: ReadonlySet<Phase> = new Set(['root_cause', 'recovered', 'failed']);

/** Here nobody is at work, whatever the last word of an agent was. */
const OVER: ReadonlySet<IncidentStatus | undefined> = new Set(['resolved', 'closed']);

type Running = { phase: Phase; atWork: boolean; status: IncidentStatus | undefined };

/** Why this person can't abort; undefined where they can. */
export const whyNotAbort = (person: Person | undefined, { phase, atWork, status }: Running): string | undefined => {
  if (person?.roles.includes('admin') !== true) return 'Only admins can abort';
  if (PLAN_UNDER_WAY.has(phase)) return 'The investigation is over; a plan is stopped by rejecting it';
  const queued = phase === 'waiting' && (status === 'triaging' || status === 'investigating');
  const running = phase === 'investigating' || queued || (atWork && phase !== 'aborted');
  return running && !OVER.has(status) ? undefined : 'Nothing is running';
};

export const mayInvestigateAgain = ({ phase, atWork, status }: Running): boolean => {
  const isOver = OVER.has(status);
  // Closed by hand the agents were cut off, and whoever is at work there was sent off again since.
  if (phase === 'investigating') return isOver && !atWork;
  return ENDED.has(phase) && (!atWork || phase === 'aborted' || isOver);
};

export type Wanted = { investigation: boolean; plan: Remediation | undefined };

/**
 * What this person can still rate: the investigation when it came to an end, and the fix when it was executed. While an
 * agent is at work more may come, a plan first of all, and the question would go as it came.
 */
export const feedbackWanted = (
  { phase, agents, remediations, feedback }: Pick<Investigation, 'phase' | 'agents' | 'remediations' | 'feedback'>,
  person: Person | undefined,
): Wanted => {
  if (person === undefined || !RATED.has(phase) || isAtWork(agents)) return { investigation: false, plan: undefined };
  const given = (about: string | null): boolean =>
    feedback.some(({ by, remediationId }: Feedback) => by === person.email && remediationId === about);
  const last = remediations.at(-1);
  const executed = last !== undefined && (last.status === 'executed' || last.status === 'failed') ? last : undefined;
  return {
    investigation: !given(null),
    plan: executed !== undefined && !given(executed.remediationId) ? executed : undefined,
  };
};

/** Only what a browser opens as a page: an agent's words decide nothing else. */
export const safeLink = (address: string | null): string | null => {
  if (address === null || !URL.canParse(address)) return null;
  const { protocol, href } = new URL(address);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
};
