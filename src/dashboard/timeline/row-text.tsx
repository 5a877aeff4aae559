import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { confidenceFigure } from '../../incident/confidence.ts';
import type { IncidentEvent } from '../../incident/event.ts';
import { EvidenceChips } from '../lib/evidence-chips.tsx';
import { toOneLine } from '../lib/plain-text.ts';
import { unreachable } from '../lib/unreachable.ts';
import { confidenceMove, markOf } from './row-label.ts';
import type { Row, StepRow, ToolRow } from './rows.ts';

/** A finding is shown in its row as far as this. */
export const FINDING_CHARS = 600;

const wrapped = 'wrap-anywhere';

/** An event that changed the row, as an element of its own within it. */
const Later = ({ event, className, children }: { event: IncidentEvent; className: string; children: ReactNode }) => (
  <span data-event-id={event.id} data-seq={event.seq ?? undefined} className={className}>
    {children}
  </span>
);

const messageOf = (event: IncidentEvent): string =>
  event.method === 'investigation.progress' ? event.params.message : '';

/** The outcome matters more than the reason: where there is no room, the reason gives way first. */
const Tool = ({ row }: { row: ToolRow }) => (
  <p className="flex min-w-0 items-baseline gap-x-1">
    <b className="max-w-2/5 shrink-0 truncate font-semibold text-ink">{toOneLine(row.tool, 80)}</b>
    {row.reason !== '' && <span className="min-w-8 shrink-[6] truncate text-muted">{toOneLine(row.reason)}</span>}
    {row.later.length === 0 && row.outcome !== null && (
      <span className="min-w-0 truncate text-ink">{toOneLine(row.outcome)}</span>
    )}
    {row.later.map((event) => (
      <Later key={event.id} event={event} className="min-w-0 truncate">
        <ArrowRight className="mr-1 inline size-3! align-[-1.5px] text-faint" aria-label="gave" />
        <span className={row.state === 'failed' ? 'text-bad' : 'text-ink'}>{toOneLine(messageOf(event))}</span>
      </Later>
    ))}
    {row.state === 'left' && <span className="min-w-0 truncate text-warn">its agent ended before it answered</span>}
    {row.evidenceIds.length > 0 && (
      <span className="shrink-0">
        <EvidenceChips ids={row.evidenceIds} />
      </span>
    )}
  </p>
);

const Step = ({ row }: { row: StepRow }) => (
  <p className="flex min-w-0 items-baseline gap-x-1">
    <span className="text-muted">Step</span>
    <b className="min-w-12 truncate font-semibold text-ink">{toOneLine(row.label)}</b>
    {row.later.length === 0 && <span className="text-muted">{row.status}</span>}
    {row.later.map((event, index) => (
      // A step reports many times while it runs; its line shows where it stands, opening it shows the rest.
      <Later key={event.id} event={event} className={index === row.later.length - 1 ? 'shrink-0' : 'hidden'}>
        <ArrowRight className="mr-1 inline size-3! align-[-1.5px] text-faint" aria-label="then" />
        <span className={row.status === 'failed' ? 'text-bad' : 'text-ink'}>
          {event.method === 'remediation.step' ? event.params.status : ''}
        </span>
      </Later>
    ))}
    {row.output !== null && (
      <span className="min-w-0 shrink-[6] truncate text-muted">· {toOneLine(row.output, 160)}</span>
    )}
  </p>
);

const By = ({ by }: { by: string }) => (by === '' ? null : <span className="text-muted"> by {by}</span>);

const Reason = ({ text }: { text: string }) =>
  text === '' ? null : <span className="text-muted"> · {toOneLine(text)}</span>;

/** What the row says in its line; findings and conclusions in full, the rest cut to one line. */
export const RowText = ({ row }: { row: Row }) => {
  switch (row.kind) {
    case 'tool':
      return <Tool row={row} />;
    case 'step':
      return <Step row={row} />;
    case 'status':
    case 'thought':
      return (
        <p className={row.kind === 'thought' ? 'truncate text-muted italic' : 'truncate text-muted'}>
          {toOneLine(row.text)} <EvidenceChips ids={row.evidenceIds} />
        </p>
      );
    case 'finding':
      return (
        <p className={`${wrapped} font-medium text-ink`}>
          {toOneLine(row.text, FINDING_CHARS)} <EvidenceChips ids={row.evidenceIds} required />
        </p>
      );
    case 'agent':
      return (
        <p className="truncate text-faint">
          {markOf(row).label.toLowerCase()}
          {row.task !== '' && <span className="text-muted"> · {toOneLine(row.task)}</span>}
        </p>
      );
    case 'evidence':
      return (
        <p className="truncate text-ink">
          <EvidenceChips ids={[row.evidenceId]} /> {toOneLine(row.summary)}
          <span className="text-faint"> · {toOneLine(row.source, 80)}</span>
        </p>
      );
    case 'hypothesis':
      return (
        <p className={wrapped}>
          <span className={row.status === 'refuted' ? 'text-faint line-through' : 'text-ink'}>
            {toOneLine(row.statement)}
          </span>{' '}
          <span className="tabular text-muted">
            {row.status} {confidenceMove(row.before, row.confidence)}
          </span>{' '}
          <EvidenceChips ids={row.evidenceIds} required />
        </p>
      );
    case 'root-cause':
      return (
        <p className={`${wrapped} line-clamp-3 font-semibold text-ink`}>
          {toOneLine(row.statement)}{' '}
          <span className="tabular font-normal text-muted">{confidenceFigure(row.confidence)}</span>{' '}
          <EvidenceChips ids={row.evidenceIds} required />
        </p>
      );
    case 'plan':
      return (
        <p className={wrapped}>
          <span className="text-muted">{markOf(row).label}</span>{' '}
          <b className="font-semibold text-ink">{toOneLine(row.title, 160)}</b>
          <By by={row.by} />
          <Reason text={row.reason} />
        </p>
      );
    case 'note':
    case 'aborted':
      return (
        <p className={wrapped}>
          <b className="font-semibold text-ink">{row.what}</b>
          <By by={row.by} />
          <Reason text={row.text} />
        </p>
      );
    case 'unknown':
      return (
        <p className="truncate">
          <code className="font-mono text-ink text-xs">{toOneLine(row.name, 80)}</code>{' '}
          <code className="font-mono text-faint text-xs">{toOneLine(row.json)}</code>
        </p>
      );
    default:
      return unreachable(row);
  }
};
