import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { IncidentEvent } from '../../incident/event.ts';
import { confidenceFigure } from '../lib/confidence.ts';
import { EvidenceChips } from '../lib/evidence-chips.tsx';
import { toOneLine } from '../lib/plain-text.ts';
import { unreachable } from '../lib/unreachable.ts';
import { confidenceMove, markOf } from './row-label.ts';
import type { Row, StepRow, ToolRow } from './rows.ts';

const wrapped = 'wrap-anywhere';

/** An event that changed the row, as an element of its own within it. */
const Later = ({ event, children }: { event: IncidentEvent; children: ReactNode }) => (
  <span data-event-id={event.id} data-seq={event.seq ?? undefined}>
    {children}
  </span>
);

const messageOf = (event: IncidentEvent): string =>
  event.method === 'investigation.progress' ? event.params.message : '';

const Tool = ({ row }: { row: ToolRow }) => (
  <p className="truncate">
    <b className="font-semibold text-ink">{toOneLine(row.tool, 80)}</b>{' '}
    <span className="text-muted">{toOneLine(row.reason)}</span>
    {row.later.length === 0 && row.outcome !== null && <span className="text-ink"> {toOneLine(row.outcome)}</span>}
    {row.later.map((event) => (
      <Later key={event.id} event={event}>
        <ArrowRight className="mx-1 inline size-3! align-[-1.5px] text-faint" aria-label="gave" />
        <span className={row.state === 'failed' ? 'text-bad' : 'text-ink'}>{toOneLine(messageOf(event))}</span>
      </Later>
    ))}
    {row.state === 'left' && <span className="text-warn"> · its agent ended before it answered</span>}
    {row.evidenceIds.length > 0 && (
      <>
        {' '}
        <EvidenceChips ids={row.evidenceIds} />
      </>
    )}
  </p>
);

const Step = ({ row }: { row: StepRow }) => (
  <p className="truncate">
    <span className="text-muted">Step</span> <b className="font-semibold text-ink">{toOneLine(row.label)}</b>
    {row.later.length === 0 && <span className="text-muted"> {row.status}</span>}
    {row.later.map((event) => (
      <Later key={event.id} event={event}>
        <ArrowRight className="mx-1 inline size-3! align-[-1.5px] text-faint" aria-label="then" />
        <span className={row.status === 'failed' ? 'text-bad' : 'text-ink'}>
          {event.method === 'remediation.step' ? event.params.status : ''}
        </span>
      </Later>
    ))}
    {row.output !== null && <span className="text-muted"> · {toOneLine(row.output, 160)}</span>}
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
          {toOneLine(row.text, 600)} <EvidenceChips ids={row.evidenceIds} required />
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
        <p className={`${wrapped} font-semibold text-ink`}>
          {toOneLine(row.statement, 600)}{' '}
          <span className="tabular font-normal text-muted">{confidenceFigure(row.confidence)}</span>{' '}
          <EvidenceChips ids={row.evidenceIds} required />
        </p>
      );
    case 'plan':
      return (
        <p className={wrapped}>
          <span className="text-muted">{markOf(row).label}</span>{' '}
          <b className="font-semibold text-ink">{toOneLine(row.title)}</b>
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
