import { confidenceFigure, confidenceInWords } from './confidence.ts';
import type { IncidentEvent } from './event.ts';
import type { EvidenceItem, Investigation, Ledger, Remediation } from './state.ts';

export type PostmortemHead = {
  incidentId: string;
  title: string;
  description?: string | undefined;
  severity: string;
  status: string;
  createdAt: string;
};

const clock = (at: number): string =>
  new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');

/** One line of plain text: what agents wrote must not become headings, links or tables of the document. */
const inline = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|#]/g, '\\$&')
    .trim();

/** A fence longer than any run of backticks inside. */
const fenced = (text: string): string => {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
};

const labels = (ids: readonly string[] | undefined, state: Investigation): string => {
  const known = (ids ?? []).flatMap((id) => state.evidenceById.get(id)?.label ?? []);
  return known.length === 0 ? ' (no evidence)' : ` (${known.join(', ')})`;
};

/** The events that a reader of a postmortem wants in its timeline: findings, decisions and turns, not every tool call. */
const timelineLine = (event: IncidentEvent): string | undefined => {
  switch (event.method) {
    case 'investigation.progress':
      return event.params.kind === 'finding' ? `${event.params.agentName}: ${event.params.message}` : undefined;
    case 'hypothesis.updated': {
      const { status, statement, confidence } = event.params;
      return status === 'proposed' ? undefined : `Hypothesis ${status} (${confidenceFigure(confidence)}): ${statement}`;
    }
    case 'investigation.completed':
      return `Root cause stated: ${event.params.rootCause}`;
    case 'investigation.aborted':
      return `Investigation aborted by ${event.params.by}: ${event.params.reason ?? 'no reason given'}`;
    case 'investigation.context_added':
      return `${event.params.by} added: ${event.params.context}`;
    case 'remediation.proposed':
      return `Fix proposed: ${event.params.title}`;
    case 'remediation.approved':
    case 'remediation.rejected':
    case 'remediation.expired': {
      const verdict = event.method.replace('remediation.', '');
      const by = event.params.by === undefined ? '' : ` by ${event.params.by}`;
      return `Fix ${verdict}${by}${event.params.reason === undefined ? '' : `: ${event.params.reason}`}`;
    }
    case 'remediation.executing':
      return `Fix started${event.params.by === undefined ? '' : ` by ${event.params.by}`}`;
    case 'remediation.executed':
      return `Fix carried out${event.params.outcome === undefined ? '' : `: ${event.params.outcome}`}`;
    case 'remediation.failed':
      return `Fix failed${event.params.output === undefined ? '' : `: ${event.params.output}`}`;
    default:
      return undefined;
  }
};

const rootCauseSection = (state: Investigation): string[] => {
  const { rootCause } = state;
  if (rootCause === null) return ['## Root cause', '', '_Not established yet._'];
  const confidence = `${confidenceInWords(rootCause.confidence)}, ${confidenceFigure(rootCause.confidence)}`;
  return [
    '## Root cause',
    '',
    `${inline(rootCause.statement)} _${confidence}_${labels(rootCause.evidenceIds, state)}`,
    '',
    ...rootCause.causalChain.map((link, index) => {
      const at = link.at === undefined || Number.isNaN(Date.parse(link.at)) ? '' : `${clock(Date.parse(link.at))} · `;
      return `${index + 1}. ${at}${inline(link.label)}${labels(link.evidenceIds, state)}`;
    }),
    ...(rootCause.impact === null ? [] : ['', '## Impact', '', inline(rootCause.impact)]),
  ];
};

const evidenceLine = (item: EvidenceItem): string =>
  `- **${item.label}** ${inline(item.summary)} _${inline(item.source)}, ${clock(item.at)}_`;

const planSection = (plan: Remediation): string[] => [
  `### ${inline(plan.title)}`,
  '',
  `Status: ${plan.status}${plan.outcome === null ? '' : `, outcome: ${inline(plan.outcome)}`}`,
  ...(plan.planDigest === null ? [] : [`Plan: \`${plan.planDigest}\``]),
  '',
  ...plan.steps.flatMap((step, index) => [
    `${index + 1}. ${inline(step.description)} _${step.status}_`,
    ...(step.command === undefined ? [] : ['', fenced(step.command), '']),
  ]),
  '',
  ...plan.decisions.map(
    ({ verdict, by, at, reason }) =>
      `- ${clock(at)} **${verdict}** by ${inline(by ?? 'unknown')}${reason === null ? '' : `: ${inline(reason)}`}`,
  ),
  ...(plan.rollback === null ? [] : ['', 'To undo:', '', fenced(plan.rollback)]),
];

/** A draft of the postmortem in Markdown, chronological, every claim with its evidence. */
export const postmortem = (head: PostmortemHead, { events, investigation: state }: Ledger): string => {
  const duration =
    state.endedAt === null ? 'still open' : `${Math.round((state.endedAt - Date.parse(head.createdAt)) / 1000)} s`;
  const timeline = events.flatMap((event) => {
    const line = timelineLine(event);
    return line === undefined ? [] : [`- ${clock(event.at)} · ${inline(line)}`];
  });
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];
  return [
    `# ${inline(head.title)}`,
    '',
    `| | |`,
    `| --- | --- |`,
    `| Incident | ${head.incidentId} |`,
    `| Severity | ${head.severity} |`,
    `| Status | ${head.status} |`,
    `| Started | ${clock(Date.parse(head.createdAt))} |`,
    `| Until recovery | ${duration} |`,
    ...(head.description ? ['', inline(head.description)] : []),
    '',
    ...rootCauseSection(state),
    ...section('Timeline', timeline),
    ...section('Evidence', state.evidence.map(evidenceLine)),
    ...section(
      'Hypotheses',
      state.hypotheses.map(
        ({ status, statement, confidence, reason, evidenceIds }) =>
          `- **${status}** (${confidenceFigure(confidence)}) ${inline(statement)}${reason === null ? '' : `: ${inline(reason)}`}${labels(evidenceIds, state)}`,
      ),
    ),
    ...section('Remediation', state.remediations.flatMap(planSection)),
    ...section(
      'Action items',
      (state.rootCause?.recommendedActions ?? []).map((action) => `- [ ] ${inline(action)}`),
    ),
    '',
    '## Open questions',
    '',
    '- _What would have shown this earlier?_',
    '- _What else depends on what failed?_',
    '',
  ].join('\n');
};
