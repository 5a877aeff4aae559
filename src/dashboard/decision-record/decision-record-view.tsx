import { FileUp, ShieldAlert, ShieldCheck } from 'lucide-react';
import type { Check } from '../../incident/verify-decision-record.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { PlainCode } from '../lib/plain-text-block.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card, Page } from '../ui/page.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { Time } from '../ui/time.tsx';
import type { ReadDecisionRecord } from './read-decision-record.ts';

const VERBS: Readonly<Record<string, string>> = {
  'remediation.approved': 'Approved',
  'remediation.rejected': 'Rejected',
  'remediation.expired': 'Expired without a decision',
  'remediation.executing': 'Had it executed',
  'remediation.rollback_requested': 'Had it rolled back',
};

const CheckLine = ({ check }: { check: Check }) => (
  <li className="flex items-start gap-2 text-sm">
    <span className="flex h-5 items-center">
      <StatusDot
        tone={check.ok ? 'good' : 'bad'}
        shape={check.ok ? 'check' : 'cross'}
        label={check.ok ? 'Holds' : 'Fails'}
      />
    </span>
    <div className="min-w-0">
      <p className="wrap-anywhere text-ink">{toOneLine(check.name, 300)}</p>
      <p className="wrap-anywhere font-mono text-faint text-xs">{toOneLine(check.detail, 300)}</p>
    </div>
  </li>
);

const Verdict = ({ checks }: Pick<ReadDecisionRecord, 'checks'>) => {
  if (checks === null) return <Badge tone="warn">Not verified: this browser makes no digests here</Badge>;
  return checks.every(({ ok }) => ok) ? (
    <Badge tone="good" icon={<ShieldCheck />}>
      Verified
    </Badge>
  ) : (
    <Badge tone="bad" icon={<ShieldAlert />}>
      Does not verify
    </Badge>
  );
};

type Decided = ReadDecisionRecord['record']['decisions'][number];

const DecisionItem = ({ decision }: { decision: Decided }) => (
  <li className="flex flex-col gap-1.5">
    <p className="wrap-anywhere text-ink text-sm">
      <b className="font-semibold">{VERBS[decision.action] ?? decision.action}</b>
      {decision.by !== null && ` by ${toOneLine(decision.by, 120)}`}{' '}
      <span className="text-muted text-xs">
        <Time at={decision.at} format="date-time" />
      </span>
    </p>
    {decision.reason !== null && (
      <p className="wrap-anywhere text-muted text-sm">“{toOneLine(decision.reason, 600)}”</p>
    )}
    {decision.seen !== null && (
      <details>
        <summary className="cursor-pointer rounded-sm text-muted text-xs">What was on record for it</summary>
        <div className="mt-1.5">
          <PlainCode label="What was on record" text={JSON.stringify(decision.seen, null, 2)} most={200_000} />
        </div>
      </details>
    )}
  </li>
);

/** A decision record from a file: what was decided, in view of what, and whether all of it still fits together. */
export const DecisionRecordView = ({ read, onOther }: { read: ReadDecisionRecord; onOther: () => void }) => {
  const { record, checks } = read;
  return (
    <main className="flex h-dvh flex-col bg-canvas">
      <Page width="normal">
        <header className="flex flex-wrap items-start gap-x-4 gap-y-2">
          <div className="min-w-0 flex-1 basis-60">
            <h1 className="wrap-anywhere font-semibold text-ink text-lg">{toOneLine(record.remediation.title, 300)}</h1>
            <p className="wrap-anywhere text-muted text-sm">
              Decision record of {toOneLine(record.incident.title, 300)}, exported by{' '}
              {toOneLine(record.exportedBy, 120)} <Time at={record.exportedAt} format="date-time" />
            </p>
          </div>
          <Verdict checks={checks} />
          <Button size="sm" icon={<FileUp />} onClick={onOther}>
            Another file
          </Button>
        </header>
        <Card>
          <section aria-label="Decisions" className="p-4">
            <h2 className="mb-3 font-semibold text-ink text-sm">Decisions</h2>
            {record.decisions.length === 0 ? (
              <p className="text-faint text-sm">Nothing was decided.</p>
            ) : (
              <ol className="flex flex-col gap-4">
                {record.decisions.map((decision) => (
                  <DecisionItem key={decision.eventId} decision={decision} />
                ))}
              </ol>
            )}
          </section>
        </Card>
        {checks !== null && (
          <Card>
            <section aria-label="Checks" className="p-4">
              <h2 className="mb-3 font-semibold text-ink text-sm">Checks</h2>
              <ul className="flex flex-col gap-2.5">
                {checks.map((check) => (
                  <CheckLine key={check.name} check={check} />
                ))}
              </ul>
              <p className="mt-4 text-muted text-xs">
                They show that nothing in the file was changed, removed or reordered since it was exported. Whether the
                server still has the same chain, its audit page tells: compare the last hash.
              </p>
            </section>
          </Card>
        )}
      </Page>
    </main>
  );
};
