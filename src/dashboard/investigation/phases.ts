import type { Investigation, Remediation, Step } from '../../incident/state.ts';

export type PhaseState = 'done' | 'current' | 'upcoming' | 'failed' | 'skipped';
export type PhaseStep = { name: string; state: PhaseState; from: number | null; to: number | null };

const upcoming = (name: string): PhaseStep => ({ name, state: 'upcoming', from: null, to: null });

/** The steps that act, with the checks before them; and the checks at the end, which tell whether it helped. */
const splitSteps = (steps: readonly Step[]): { acts: readonly Step[]; checks: readonly Step[] } => {
  const last = steps.findLastIndex(({ type }) => type !== 'verification');
  return { acts: steps.slice(0, last + 1), checks: steps.slice(last + 1) };
};

const firstStart = (steps: readonly Step[]): number | null =>
  steps.reduce<number | null>((first, { startedAt }) => first ?? startedAt, null);

const lastEnd = (steps: readonly Step[]): number | null =>
  steps.reduce<number | null>((last, { endedAt }) => (endedAt === null ? last : Math.max(last ?? 0, endedAt)), null);

const investigate = (investigation: Investigation, plan: Remediation | undefined): PhaseStep[] => {
  const { agents, startedAt, endedAt, rootCause, aborted } = investigation;
  const concluded = rootCause?.at ?? plan?.proposedAt ?? null;
  const triage = [...agents.values()].find(({ role, name }) => /triage/i.test(`${role} ${name}`));
  const triaged = triage === undefined || triage.startedAt === null ? null : (triage.endedAt ?? concluded);
  const begun = triage?.startedAt ?? startedAt;
  const stateOf = (from: number | null, to: number | null): PhaseState => {
    if (to !== null) return 'done';
    if (aborted !== null) return 'failed';
    if (endedAt !== null) return 'skipped';
    return from === null ? 'upcoming' : 'current';
  };
  const from = triage === undefined ? begun : triaged;
  const to = concluded ?? aborted?.at ?? null;
  return [
    ...(triage === undefined ? [] : [{ name: 'Triage', state: stateOf(begun, triaged), from: begun, to: triaged }]),
    { name: 'Investigate', state: stateOf(from, concluded), from, to: from === null ? null : to },
  ];
};

const conclude = ({ rootCause, aborted, endedAt }: Investigation, plan: Remediation | undefined): PhaseStep => {
  if (rootCause === null) return { ...upcoming('Root cause'), state: plan === undefined ? 'upcoming' : 'skipped' };
  const to = plan === undefined ? (aborted?.at ?? endedAt) : Math.max(rootCause.at, plan.proposedAt);
  return { name: 'Root cause', state: to === null ? 'current' : 'done', from: rootCause.at, to };
};

const approve = (plan: Remediation | undefined): PhaseStep => {
  if (plan === undefined) return upcoming('Approval');
  if (!plan.requiresApproval) return { ...upcoming('Approval'), state: 'skipped' };
  const decidedAt = plan.approvedAt ?? plan.decisions.at(-1)?.at ?? null;
  const times = { name: 'Approval', from: plan.proposedAt };
  if (plan.status === 'proposed') return { ...times, state: 'current', to: null };
  const refused = plan.status === 'rejected' || plan.status === 'expired';
  return { ...times, state: refused ? 'failed' : 'done', to: decidedAt ?? firstStart(plan.steps) ?? plan.proposedAt };
};

const execute = (plan: Remediation | undefined): PhaseStep[] => {
  if (plan === undefined) return [upcoming('Execute'), upcoming('Verify')];
  const { acts, checks } = splitSteps(plan.steps);
  const over = plan.status === 'executed' || plan.status === 'failed';
  const checksFrom = firstStart(checks);
  const actsFrom = firstStart(acts) ?? (over || plan.status === 'executing' ? plan.approvedAt : null);
  const failedAt = (steps: readonly Step[]): boolean => steps.some(({ status }) => status === 'failed');
  const actState = (): PhaseState => {
    if (failedAt(acts) || (plan.status === 'failed' && !failedAt(checks))) return 'failed';
    if (checksFrom !== null || over) return 'done';
    const waits = plan.status === 'executing' || plan.status === 'approved';
    return waits || (plan.status === 'proposed' && !plan.requiresApproval) ? 'current' : 'upcoming';
  };
  const checkState = (): PhaseState => {
    if (failedAt(checks)) return 'failed';
    if (plan.status === 'executed') return 'done';
    return checksFrom === null || over ? 'upcoming' : 'current';
  };
  const actsTo = checksFrom ?? (over ? (lastEnd(acts) ?? plan.executedAt) : null);
  return [
    { name: 'Execute', state: actState(), from: actsFrom, to: actsTo },
    { name: 'Verify', state: checkState(), from: checksFrom, to: lastEnd(checks) },
  ];
};

/** The way of an investigation, and where on it this one is. */
export const phasesOf = (investigation: Investigation): PhaseStep[] => {
  const plan = investigation.remediations.at(-1);
  return [...investigate(investigation, plan), conclude(investigation, plan), approve(plan), ...execute(plan)];
};
