import { closedWith, closingOf } from './closed.ts';
import { confidenceFigure, confidenceInWords, isConclusive } from './confidence.ts';
import type { IncidentEvent } from './event.ts';
import { findEvidence } from './find-evidence.ts';
import { fenced, inline, lasted, section, sentence, utc } from './markdown.ts';
import { timelineLines } from './postmortem-timeline.ts';
import type { EvidenceItem, Hypothesis, Investigation, Remediation, RootCause } from './state.ts';

export type PostmortemHead = {
  incidentId: string;
  title: string;
  description?: string | undefined;
  severity: string;
  status: string;
  createdAt: string;
  resolvedAt?: string | null | undefined;
};

const labels = (ids: readonly string[] | undefined, state: Investigation): string => {
  const known = (ids ?? []).flatMap((id) => findEvidence(state, id)?.label ?? []);
  return known.length === 0 ? ' (no evidence)' : ` (${[...new Set(known)].join(', ')})`;
};

const decided = ({ verdict, by, at, reason }: Remediation['decisions'][number]): string => {
  const who = by === null || verdict === 'expired' ? '' : ` by ${inline(by)}`;
  return `- ${utc(at)} **${verdict}**${who}${reason === null || reason === '' ? '' : `: ${sentence(reason)}`}`;
};

const endOf = (plan: Remediation): string => {
  const said = sentence(plan.endReason ?? '');
  switch (plan.status) {
    case 'executed':
      return `carried out${plan.outcome === null ? '' : ` (${inline(plan.outcome)})`}. ${said}`.trim();
    case 'failed':
      return `tried, and failed. ${said}`.trim();
    case 'executing':
      return 'being carried out.';
    case 'approved':
      return 'approved, and not carried out yet.';
    case 'proposed':
      return 'proposed, and waits for a decision.';
    default:
      return `${plan.status}.`;
  }
};

/** What happened, why and how it ended, in the sentences that somebody reads who reads nothing else. */
const summary = (head: PostmortemHead, state: Investigation): string[] => {
  const { rootCause, remediations, endedAt } = state;
  const plan = remediations.at(-1);
  const began = Date.parse(head.createdAt);
  const cause =
    rootCause === null
      ? 'The cause is not established yet.'
      : `${isConclusive(rootCause.confidence) ? '' : 'The cause is not certain; the strongest lead is: '}${sentence(rootCause.statement)}`;
  return [
    `On ${utc(began)} a ${inline(head.severity)} incident was opened: ${sentence(head.title)}${head.description ? ` ${sentence(head.description)}` : ''}`,
    '',
    cause,
    ...(plan === undefined ? [] : ['', `The fix “${inline(plan.title)}” was ${endOf(plan)}`]),
    ...(state.aborted === null
      ? []
      : [
          '',
          `The investigation was aborted by ${inline(state.aborted.by)}: ${sentence(state.aborted.reason ?? 'no reason given')}`,
        ]),
    ...(endedAt === null ? [] : ['', `From the opening to the end it took ${lasted(endedAt - began)}.`]),
  ];
};

const causeLines = (cause: RootCause | null, state: Investigation): string[] => {
  if (cause === null) return ['_Not established._'];
  const confidence = `${confidenceInWords(cause.confidence)}, ${confidenceFigure(cause.confidence)}`;
  const against = cause.contradictingEvidenceIds;
  return [
    `${isConclusive(cause.confidence) ? '' : '**Inconclusive.** Strongest lead: '}${sentence(cause.statement)} _${confidence}_${labels(cause.evidenceIds, state)}`,
    ...(against.length === 0 ? [] : ['', `Speaks against it:${labels(against, state)}`]),
    ...(cause.causalChain.length === 0 ? [] : ['', 'How it came about:', '']),
    ...cause.causalChain.map((link, index) => {
      const at = link.at === undefined || Number.isNaN(Date.parse(link.at)) ? '' : `${utc(Date.parse(link.at))} · `;
      return `${index + 1}. ${at}${sentence(link.label)}${labels(link.evidenceIds, state)}`;
    }),
    ...cause.citations.flatMap(({ evidenceId, quote }) => {
      const label = findEvidence(state, evidenceId)?.label;
      return label === undefined ? [] : ['', `> ${inline(quote)} (${label})`];
    }),
  ];
};

const ruledOut = (hypotheses: readonly Hypothesis[], state: Investigation): string[] =>
  hypotheses
    .filter(({ status }) => status === 'refuted')
    .map(
      ({ statement, reason, evidenceIds }) =>
        `- ${sentence(statement)}${reason === null ? '' : ` ${sentence(reason)}`}${labels(evidenceIds, state)}`,
    );

const evidenceLine = (item: EvidenceItem): string =>
  `- **${item.label}** ${sentence(item.summary)} _${inline(item.source)}, ${utc(item.at)}_`;

const planLines = (plan: Remediation): string[] => [
  `### ${inline(plan.title)}`,
  '',
  ...(plan.description === '' ? [] : [sentence(plan.description), '']),
  `It was ${endOf(plan)}`,
  ...(plan.planDigest === null ? [] : ['', `Plan as approved: \`${plan.planDigest}\``]),
  '',
  ...plan.steps.flatMap((step, index) => [
    `${index + 1}. ${inline(step.description)} _${step.status}_`,
    ...(step.command === undefined ? [] : ['', fenced(step.command), '']),
  ]),
  ...(plan.decisions.length === 0 ? [] : ['', 'Decisions:', '', ...plan.decisions.map(decided)]),
  ...(plan.rollback === null ? [] : ['', 'To undo it:', '', fenced(plan.rollback)]),
];

const openQuestions = (cause: RootCause | null, hypotheses: readonly Hypothesis[]): string[] => [
  ...(cause?.openQuestions ?? []).map((question) => `- ${inline(question)}`),
  ...(cause?.notChecked ?? []).map((what) => `- Not checked: ${sentence(what)}`),
  ...hypotheses
    .filter(({ status }) => status === 'proposed' || status === 'supported')
    .map(
      ({ statement, confidence }) =>
        `- Neither confirmed nor ruled out (${confidenceFigure(confidence)}): ${sentence(statement)}`,
    ),
];

/**
 * A draft of the postmortem in Markdown, to be sent on after light editing: chronological, times in UTC, every claim
 * with its evidence. What agents and people wrote is plain text in it.
 */
export const postmortem = (
  head: PostmortemHead,
  { events, investigation }: { events: readonly IncidentEvent[]; investigation: Investigation },
): string => {
  const closing = closingOf(head.status, head.resolvedAt);
  const state = closing === null ? investigation : closedWith(investigation, closing);
  const { rootCause, hypotheses, remediations } = state;
  const timeline = timelineLines(events);
  return [
    `# Postmortem: ${inline(head.title)}`,
    '',
    '| | |',
    '| --- | --- |',
    `| Incident | ${inline(head.incidentId)} |`,
    `| Severity | ${inline(head.severity)} |`,
    `| Status | ${inline(head.status)} |`,
    `| Opened | ${utc(Date.parse(head.createdAt))} |`,
    `| Ended | ${state.endedAt === null ? 'still open' : utc(state.endedAt)} |`,
    ...section('Summary', summary(head, state)),
    ...section('Impact', [
      rootCause?.impact ? sentence(rootCause.impact) : '_To be filled in: who noticed, and what it cost._',
    ]),
    ...section('Root cause', causeLines(rootCause, state)),
    ...section('Timeline', timeline.length === 0 ? [] : ['| Time | What happened |', '| --- | --- |', ...timeline]),
    ...section('What was ruled out', ruledOut(hypotheses, state)),
    ...section(
      'The fix',
      remediations.flatMap((plan, index) => [...(index > 0 ? [''] : []), ...planLines(plan)]),
    ),
    ...section(
      'Actions',
      (rootCause?.recommendedActions ?? []).map((action) => `- [ ] ${inline(action)}`),
    ),
    ...section('Open questions', openQuestions(rootCause, hypotheses)),
    ...section('Evidence', state.evidence.map(evidenceLine)),
    '',
  ].join('\n');
};
