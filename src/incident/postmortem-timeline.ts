import { confidenceFigure } from './confidence.ts';
import type { IncidentEvent } from './event.ts';
import { inline, utc } from './markdown.ts';

const byWhom = (by: string | undefined): string => (by === undefined ? '' : ` by ${by}`);
const because = (reason: string | undefined): string => (reason === undefined || reason === '' ? '' : `: ${reason}`);

/** The events that a reader of a postmortem wants in its timeline: findings, decisions and turns, not every tool call. */
const told = (event: IncidentEvent): string | undefined => {
  switch (event.method) {
    case 'investigation.progress':
      return event.params.kind === 'finding' ? `${event.params.agentName}: ${event.params.message}` : undefined;
    case 'hypothesis.updated': {
      const { status, statement, confidence } = event.params;
      if (status !== 'confirmed' && status !== 'refuted') return undefined;
      return status === 'confirmed'
        ? `Confirmed (${confidenceFigure(confidence)}): ${statement}`
        : `Ruled out: ${statement}`;
    }
    case 'investigation.completed':
      return 'The agents stated the root cause';
    case 'investigation.aborted':
      return `Investigation aborted by ${event.params.by}${because(event.params.reason)}`;
    case 'investigation.context_added':
      return `${event.params.by} told the agents: ${event.params.context}`;
    case 'remediation.proposed':
      return `Fix proposed: ${event.params.title}`;
    case 'remediation.approved':
    case 'remediation.rejected':
    case 'remediation.expired': {
      const { by, approvedBy, reason } = event.params as { by?: string; approvedBy?: string; reason?: string };
      return `Fix ${event.method.slice('remediation.'.length)}${byWhom(by ?? approvedBy)}${because(reason)}`;
    }
    case 'remediation.executing':
      return `Fix started${byWhom(event.params.by)}`;
    case 'remediation.executed':
      return `Fix carried out${because(event.params.reason ?? event.params.outcome)}`;
    case 'remediation.failed':
      return `Fix failed${because(event.params.reason ?? event.params.output)}`;
    case 'remediation.rollback_requested':
      return `Rollback requested${byWhom(event.params.by)}${because(event.params.reason)}`;
    case 'remediation.rolled_back':
      return `Rolled back${because(event.params.outcome)}`;
    default:
      return undefined;
  }
};

/** Whether a postmortem's timeline has a line of it. */
export const isTold = (event: IncidentEvent): boolean => told(event) !== undefined;

/** Chronological, in UTC; what is said twice in a row stands once. */
export const timelineLines = (events: readonly IncidentEvent[]): string[] => {
  const lines: string[] = [];
  let last: string | undefined;
  for (const event of events) {
    const text = told(event);
    if (text === undefined || text === last) continue;
    last = text;
    lines.push(`| ${utc(event.at)} | ${inline(text)} |`);
  }
  return lines;
};
