import { clsx } from 'clsx';
import type { Severity } from '../../protocol/values.ts';
import { severities, severityLook } from '../lib/severity.ts';
import { SeverityIcon } from '../lib/severity-badge.tsx';
import { formatNumber } from '../ui/format-number.ts';

const fills: Record<Severity, string> = {
  critical: 'bg-critical',
  high: 'bg-high',
  medium: 'bg-medium',
  low: 'bg-low',
  info: 'bg-info',
};

/** How the incidents of a period divide by severity: a bar, and the same in figures once they are known. */
export const SeverityBar = ({ counts }: { counts: Partial<Record<Severity, number>> | undefined }) => {
  const parts = severities.map((severity) => ({ severity, count: counts?.[severity] ?? 0 }));
  const any = parts.some(({ count }) => count > 0);
  return (
    <div className="flex flex-col gap-2 border-line border-t px-4 py-3">
      <div aria-hidden="true" data-measure="" className="flex h-1.5 gap-0.5 overflow-hidden rounded-full">
        {any ? (
          parts.map(
            ({ severity, count }) =>
              count > 0 && (
                <span key={severity} className={clsx('min-w-1', fills[severity])} style={{ flexGrow: count }} />
              ),
          )
        ) : (
          <span className="flex-1 bg-line-strong" />
        )}
      </div>
      <ul aria-label="By severity" className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
        {parts.map(({ severity, count }) => (
          <li key={severity} className="tabular flex items-center gap-1 text-muted">
            <SeverityIcon severity={severity} className="size-3.5" />
            {severityLook[severity].label}
            <span className="text-ink">{counts && formatNumber(count)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
};
