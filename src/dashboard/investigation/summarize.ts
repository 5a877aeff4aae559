import { confidenceFigure, confidenceInWords, isConclusive } from '../../incident/confidence.ts';
import type { Hypothesis, Investigation, Remediation } from '../../incident/state.ts';
import { outcomeInWords } from '../lib/outcome.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { unreachable } from '../lib/unreachable.ts';

export type Summary = { goingOn: string; cause: string; next: string };

const LINE = 220;
const short = (text: string): string => toOneLine(text, LINE);
const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

const lead = (hypotheses: readonly Hypothesis[]): Hypothesis | undefined =>
  hypotheses.filter(({ status }) => status !== 'refuted').sort((a, b) => b.confidence - a.confidence)[0];

const causeOf = ({ rootCause, hypotheses, endedAt }: Investigation): string => {
  if (rootCause !== null) {
    const figure = `${confidenceInWords(rootCause.confidence)}, ${confidenceFigure(rootCause.confidence)}`;
    const inconclusive = isConclusive(rootCause.confidence) ? '' : 'Inconclusive. Strongest lead: ';
    return `${inconclusive}${sentence(short(rootCause.statement))} ${figure}.`;
  }
  const best = lead(hypotheses);
  const ruledOut = hypotheses.filter(({ status }) => status === 'refuted').length;
  const rest = ruledOut === 0 ? '' : ` ${ruledOut} ruled out.`;
  return best === undefined
    ? `${endedAt === null ? 'Not known yet.' : 'Not known.'}${rest}`
    : `${endedAt === null ? 'Not concluded yet.' : 'Not concluded.'} ${short(best.statement)} leads at ${confidenceFigure(best.confidence)}.${rest}`;
};

const working = ({ agents }: Investigation): string => {
  const running = [...agents.values()].filter(({ status }) => status === 'running');
  if (running.length === 0) return 'The agents have paused.';
  const newest = running.reduce((best, next) => (next.lastAt > best.lastAt ? next : best));
  const count = running.length === 1 ? '1 agent is' : `${running.length} agents are`;
  return `${count} at work. ${newest.name}: ${short(newest.task)}`;
};

const stepOf = (plan: Remediation): string => {
  const index = plan.steps.findIndex(({ status }) => status === 'running');
  const step = plan.steps[index];
  const done = plan.steps.filter(({ status }) => status === 'completed').length;
  if (step === undefined && done > 0) return `${done} of ${plan.steps.length} steps done.`;
  return step === undefined
    ? 'The plan is about to run.'
    : `Step ${index + 1} of ${plan.steps.length} runs: ${short(step.description)}`;
};

/** What was seen after the fix says more than the word that it ended with. */
const recoveryOf = ({ evidence }: Investigation, plan: Remediation | undefined): string => {
  const since = plan?.approvedAt ?? plan?.proposedAt ?? Number.POSITIVE_INFINITY;
  const proof = evidence.findLast(({ at }) => at >= since);
  const outcome = plan?.outcome ?? '';
  if (outcome !== '' && outcome !== 'resolved') return short(outcome);
  const ended = outcome === '' ? 'The fix ran to its end.' : 'Resolved: the fix worked.';
  return proof === undefined ? ended : `${ended} ${sentence(short(proof.summary))}`;
};

/** What became of taking the plan back, where somebody asked for it. */
const takenBack = (plan: Remediation | undefined): string | undefined => {
  switch (plan?.undo?.state) {
    case 'requested':
      return 'The fix is being taken back.';
    case 'done':
      return `The fix was taken back${plan.undo.by === null ? '' : `, asked for by ${plan.undo.by}`}.`;
    case 'failed':
      return `Taking the fix back failed${plan.undo.outcome === null ? '.' : `: ${sentence(short(plan.undo.outcome))}`}`;
    default:
      return undefined;
  }
};

const failureOf = (plan: Remediation | undefined): string => {
  const back = takenBack(plan);
  if (plan?.status === 'executed' && back !== undefined) return back;
  const why = plan?.outcome ? outcomeInWords(plan.outcome) : (plan?.endReason ?? '');
  const failed = why === '' ? 'The fix failed.' : `The fix failed. ${sentence(short(why))}`;
  return back === undefined ? failed : `${failed} ${back}`;
};

const afterUndo = (plan: Remediation | undefined): string | undefined => {
  switch (plan?.undo?.state) {
    case 'requested':
      return 'Watch it being taken back.';
    case 'done':
      return 'Act by hand, or have it investigated again: the fix is undone.';
    case 'failed':
      return 'Act by hand: look at the output of the step that failed.';
    default:
      return undefined;
  }
};

/** It was closed, and no plan of its agents did it. */
const isClosedUnsolved = ({ remediations, aborted, endedAt }: Investigation): boolean =>
  endedAt !== null && aborted === null && remediations.length === 0;

const overOf = ({ phase, rootCause }: Investigation): string => {
  if (phase === 'waiting') return 'The incident is over; no agent took it up.';
  if (rootCause === null) return 'The incident is over; the agents had come to no conclusion.';
  return `The incident is over.${rootCause.impact === null ? '' : ` ${sentence(short(rootCause.impact))}`}`;
};

const goingOnOf = (investigation: Investigation, description: string): string => {
  const plan = investigation.remediations.at(-1);
  const impact = investigation.rootCause?.impact ?? null;
  if (isClosedUnsolved(investigation)) return overOf(investigation);
  switch (investigation.phase) {
    case 'waiting':
      return `Waiting for agents to pick it up.${description === '' ? '' : ` ${short(description)}`}`;
    case 'investigating':
      return working(investigation);
    case 'root_cause':
    case 'approval':
    case 'approved':
    case 'rejected':
      return impact === null ? (description === '' ? 'The cause is found.' : short(description)) : short(impact);
    case 'executing':
      return plan === undefined ? 'The plan runs.' : stepOf(plan);
    case 'recovered':
      return takenBack(plan) ?? recoveryOf(investigation, plan);
    case 'failed':
      return failureOf(plan);
    case 'aborted': {
      const { aborted } = investigation;
      const reason = aborted?.reason ? `: ${short(aborted.reason)}` : '.';
      return aborted === null ? 'Aborted.' : `Aborted by ${aborted.by}${reason}`;
    }
    default:
      return unreachable(investigation.phase);
  }
};

const recommended = ({ rootCause }: Investigation): string => {
  const [first] = rootCause?.recommendedActions ?? [];
  return first === undefined ? '' : `Recommended: ${sentence(short(first))}`;
};

/** One that fitted before, and that nobody has accepted or dismissed. */
const offered = ({ knownSolutions }: Investigation): string => {
  const solution = knownSolutions.find(({ decision }) => decision === null);
  return solution === undefined ? '' : `Accept or dismiss the known solution: ${short(solution.title)}`;
};

const nextOf = (investigation: Investigation): string => {
  const plan = investigation.remediations.at(-1);
  if (isClosedUnsolved(investigation)) return recommended(investigation) || 'Nothing more is needed.';
  const title = plan === undefined ? '' : short(plan.title);
  switch (investigation.phase) {
    case 'waiting':
      return 'Nothing yet; it begins when an agent takes it up.';
    case 'investigating':
      return offered(investigation) || 'Watch, or look at the evidence; no decision is needed yet.';
    case 'root_cause':
      return recommended(investigation) || 'Wait for a plan; the agents may propose one.';
    case 'approval':
      return `Approve or reject: ${title}`;
    case 'approved':
      return `Execute: ${title}`;
    case 'executing':
      return 'Watch it run; a step that fails stops the rest.';
    case 'recovered':
      return afterUndo(plan) ?? 'Nothing more is needed. See that it stays well.';
    case 'failed':
      return (
        afterUndo(plan) ??
        (plan?.rollback ? `Go back: ${short(plan.rollback)}` : 'Look at the output of the failed step and act by hand.')
      );
    case 'rejected':
      return (
        recommended(investigation) ||
        (plan?.status === 'expired'
          ? 'The plan expired undecided; act by hand.'
          : 'The plan was rejected; the agents may propose another.')
      );
    case 'aborted':
      return recommended(investigation) || 'Take it on by hand, or have it investigated again.';
    default:
      return unreachable(investigation.phase);
  }
};

/** One answer to each of the three questions, as far as it is known now. */
export const summarize = (investigation: Investigation, description: string): Summary => ({
  goingOn: goingOnOf(investigation, description),
  cause: causeOf(investigation),
  next: nextOf(investigation),
});
