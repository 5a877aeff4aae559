import { Download, ShieldCheck } from 'lucide-react';
import { type AuditItem, useVerifyAudit } from '../api/audit.ts';
import { saveText } from '../lib/save-text.ts';
import { Button } from '../ui/button.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { toJsonLines } from './audit-words.ts';

/** Whether the entries listed are still what was written; and the way to take them along. */
export const VerifyAudit = ({ items }: { items: readonly AuditItem[] }) => {
  const verify = useVerifyAudit();
  const { data, error } = verify;
  return (
    <div className="flex flex-wrap items-center gap-3">
      <p role="status" className="flex min-w-0 flex-1 items-center gap-1.5 text-muted text-sm">
        {data === undefined && error === null && 'The server can compute the hashes of all entries listed again.'}
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
      <Button icon={<Download />} onClick={() => saveText('audit.jsonl', 'application/x-ndjson', toJsonLines(items))}>
        Export
      </Button>
      <Button icon={<ShieldCheck />} busy={verify.isPending} onClick={() => verify.mutate(items)}>
        Verify
      </Button>
    </div>
  );
};
