import { ShieldCheck } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { type AuditItem, useVerifyAudit } from './use-audit.ts';

/** Whether the entries are still what was written. */
export const VerifyAudit = ({ items }: { items: readonly AuditItem[] }) => {
  const verify = useVerifyAudit();
  const { data, error } = verify;
  return (
    <div className="flex flex-wrap items-center gap-3">
      <p role="status" className="flex min-w-0 flex-1 items-center gap-1.5 text-muted text-sm">
        {data === undefined && error === null && 'The server can compute the hash of each of these entries again.'}
        {error !== null && `Not verified: ${error.message}`}
        {data?.altered === 0 && (
          <>
            <StatusDot tone="good" shape="check" />
            {data.checked.toLocaleString('en')} entries verified: none was altered.
          </>
        )}
        {data !== undefined && data.altered > 0 && (
          <>
            <StatusDot tone="bad" shape="cross" />
            {data.altered.toLocaleString('en')} of {data.checked.toLocaleString('en')} entries do not match their hash.
          </>
        )}
      </p>
      <Button icon={<ShieldCheck />} busy={verify.isPending} onClick={() => verify.mutate(items)}>
        Verify
      </Button>
    </div>
  );
};
