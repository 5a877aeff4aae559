import { confidenceFigure } from '../../incident/confidence.ts';
import type { Decision, Hypothesis, Investigation, Remediation } from '../../incident/state.ts';
import { capitalized } from '../lib/capitalized.ts';
import { toOneLine } from '../lib/plain-text.ts';

export type SinceLine = { kind: 'cause' | 'up' | 'down' | 'evidence' | 'decision' | 'action'; text: string };

const NAME_CHARS = 60;
const NAMED = 2;

const listed = (names: readonly string[]): string => {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(', ')} and ${more} more` : names.join(', ');
};

type Move = { name: string; before: number; after: number; refuted: boolean };

const movesOf = (before: readonly Hypothesis[], now: readonly Hypothesis[]): Move[] =>
  now.flatMap(({ hypothesisId, statement, confidence, status }) => {
    const earlier = before.find((known) => known.hypothesisId === hypothesisId)?.confidence ?? 0;
    return earlier === confidence
      ? []
      : [{ name: toOneLine(statement, NAME_CHARS), before: earlier, after: confidence, refuted: status === 'refuted' }];
  });

const moved = ({ name, before, after, refuted }: Move): string =>
  `${name}${refuted ? ' ruled out,' : ''} ${before === 0 ? '' : `${confidenceFigure(before)} → `}${confidenceFigure(after)}`;

const decided = ({ verdict, by }: Decision): string =>
  `${verdict}${by === null || verdict === 'expired' ? '' : ` by ${by}`}`;

const planOf = (plans: readonly Remediation[], plan: Remediation): Remediation | undefined =>
  plans.find(({ remediationId }) => remediationId === plan.remediationId);

const decisionsOf = (before: Investigation, now: Investigation): string[] => {
  const aborted = now.aborted !== null && before.aborted === null ? [`aborted by ${now.aborted.by}`] : [];
  const plans = now.remediations.flatMap((plan) =>
    plan.decisions.slice(planOf(before.remediations, plan)?.decisions.length ?? 0).map(decided),
  );
  return [...aborted, ...plans];
};

const actionsOf = (before: Investigation, now: Investigation): string[] => {
  const plans = now.remediations.flatMap((plan) => {
    const earlier = planOf(before.remediations, plan);
    const title = toOneLine(plan.title, NAME_CHARS);
    if (earlier === undefined) return [`plan ${plan.status}: ${title}`];
    const isAct = plan.status === 'executing' || plan.status === 'executed' || plan.status === 'failed';
    return isAct && plan.status !== earlier.status ? [`plan ${plan.status}: ${title}`] : [];
  });
  const notes = now.notes.slice(before.notes.length).map(({ by }) => `context added by ${by}`);
  return [...plans, ...notes];
};

/** What changed between two moments, in five lines at the most: what was concluded says more than what led there. */
export const sinceLines = (before: Investigation, now: Investigation): readonly SinceLine[] => {
  const moves = movesOf(before.hypotheses, now.hypotheses);
  const isDown = (move: Move): boolean => move.refuted || move.after < move.before;
  const up = moves.filter((move) => !isDown(move));
  const down = moves.filter(isDown);
  const evidence = now.evidence.length - before.evidence.length;
  const labels = now.evidence.slice(before.evidence.length).map(({ label }) => label);
  const cause = now.rootCause !== null && now.rootCause.eventId !== before.rootCause?.eventId ? now.rootCause : null;
  const decisions = decisionsOf(before, now);
  const actions = actionsOf(before, now);
  const lines: (SinceLine | null)[] = [
    cause === null ? null : { kind: 'cause', text: `Root cause: ${toOneLine(cause.statement, NAME_CHARS)}` },
    decisions.length === 0 ? null : { kind: 'decision', text: `Decided: ${listed(decisions)}` },
    actions.length === 0 ? null : { kind: 'action', text: capitalized(listed(actions)) },
    up.length === 0 ? null : { kind: 'up', text: listed(up.map(moved)) },
    down.length === 0 ? null : { kind: 'down', text: listed(down.map(moved)) },
    evidence <= 0
      ? null
      : {
          kind: 'evidence',
          text: `${evidence} ${evidence === 1 ? 'piece' : 'pieces'} of evidence: ${listed(labels)}`,
        },
  ];
  return lines.filter((line) => line !== null).slice(0, 5);
};
