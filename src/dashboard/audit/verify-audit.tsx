import { ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AuditFilters, AuditItem, useVerifyAudit } from '../api/audit.ts';
import { Button } from '../ui/button.tsx';
import { formatNumber } from '../ui/format-number.ts';
import { StatusDot } from '../ui/status-dot.tsx';

type VerifyAuditProps = {
  verify: ReturnType<typeof useVerifyAudit>;
  items: readonly AuditItem[];
  total: number;
  filters: AuditFilters;
  /** Beside it: what else can be done with the entries. */
  children: ReactNode;
};

const Outcome = ({ data, error, isPending }: ReturnType<typeof useVerifyAudit>) => {
  if (isPending) return 'The server computes the hashes again…';
  if (error !== null)
    return (
      <>
        <StatusDot tone="warn" shape="half" />
        Not verified: {error.message}
      </>
    );
  if (data === undefined)
    return 'Each entry is sealed over the one before it. The server can compute the hashes again.';
  if (data.altered.size === 0)
    return (
      <>
        <StatusDot tone="good" shape="check" />
        {formatNumber(data.checked)} entries verified: none was altered.
      </>
    );
  return (
    <>
      <StatusDot tone="bad" shape="cross" />
      {formatNumber(data.altered.size)} of {formatNumber(data.checked)} entries do not match their hash.
    </>
  );
};

/** Whether the entries are still what was written: of those listed, or of all that the filters let through. */
export const VerifyAudit = ({ verify, items, total, filters, children }: VerifyAuditProps) => (
  <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-line border-b px-4 py-2">
    <p role="status" className="flex min-w-48 flex-1 items-center gap-1.5 text-muted text-sm">
      <Outcome {...verify} />
    </p>
    <div className="flex flex-wrap items-center gap-2">
      {items.length < total && (
        <Button onClick={() => verify.mutate({ items })} busy={verify.isPending}>
          Verify shown
        </Button>
      )}
      <Button icon={<ShieldCheck />} onClick={() => verify.mutate({ filters })} busy={verify.isPending}>
        Verify all {formatNumber(total)}
      </Button>
      {children}
    </div>
  </div>
);
