import { Link2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { textOf } from '../lib/plain-text.ts';
import { PlainCode, PlainText } from '../lib/plain-text-block.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { formatNumber } from '../ui/format-number.ts';
import { Time } from '../ui/time.tsx';
import { FINDING_CHARS } from './row-text.tsx';
import type { Row } from './rows.ts';

type RowDetailsProps = {
  row: Row;
  /** null where the event has no address. */
  linkOf: (eventId: string) => string | null;
  renderEvidence: (evidenceId: string) => ReactNode;
};

const Part = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="flex min-w-0 flex-col gap-1">
    <p className="text-2xs text-faint">{name}</p>
    {children}
  </div>
);

const Content = ({ row, renderEvidence }: Pick<RowDetailsProps, 'row' | 'renderEvidence'>) => {
  switch (row.kind) {
    case 'tool':
      return (
        <>
          {row.input !== undefined && (
            <Part name="Input">
              <PlainCode label="Input" text={textOf(row.input)} />
            </Part>
          )}
          {row.output !== undefined && row.output !== null && (
            <Part name="Output">
              <PlainCode label="Output" text={textOf(row.output)} />
            </Part>
          )}
        </>
      );
    case 'step':
      return row.output === null ? null : <PlainCode label="Output" text={row.output} />;
    case 'evidence':
      return renderEvidence(row.evidenceId);
    case 'finding':
      return row.text.length <= FINDING_CHARS ? null : <PlainText text={row.text} className="text-ink" />;
    case 'status':
    case 'thought':
    case 'note':
    case 'aborted':
      return row.text === '' ? null : <PlainText text={row.text} className="text-ink" />;
    case 'hypothesis':
    case 'plan':
      return row.reason === '' ? null : <PlainText text={row.reason} className="text-ink" />;
    case 'root-cause':
      return <PlainText text={row.statement} className="text-ink" />;
    case 'agent':
      return row.task === '' ? null : <PlainText text={row.task} className="text-ink" />;
    case 'unknown':
      return null;
  }
};

const LinkTo = ({ address }: { address: string | null }) =>
  address !== null && (
    <span className="flex items-center gap-1">
      <Link2 className="size-3.5!" /> Link to this event
      <CopyButton label="Copy link to this event" text={address} />
    </span>
  );

/** What an open row shows: its content in full, and the events as they came. */
export const RowDetails = ({ row, linkOf, renderEvidence }: RowDetailsProps) => (
  <div className="mt-1.5 mb-2 flex min-w-0 cursor-auto flex-col gap-2.5 border-line-strong border-l-2 pl-3 text-sm">
    <Content row={row} renderEvidence={renderEvidence} />
    {[row.event, ...row.later].map((event) => (
      <details key={event.id} className="min-w-0" open={row.kind === 'unknown'}>
        <summary className="flex w-full cursor-pointer list-none items-center gap-2 rounded-sm text-2xs text-faint hover:text-ink">
          <span className="min-w-0 truncate font-mono">
            {event.method === 'unknown' ? event.name : event.method}
            {event.seq !== null && ` · seq ${formatNumber(event.seq)}`} · {event.id}
          </span>
          <span className="shrink-0 underline underline-offset-2">raw</span>
        </summary>
        <div className="mt-1.5 flex flex-col gap-1.5">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-faint text-xs">
            <Time at={event.at} format="date-time" />
            <LinkTo address={linkOf(event.id)} />
          </div>
          <PlainCode label="Event" text={textOf(event.params)} />
        </div>
      </details>
    ))}
  </div>
);
