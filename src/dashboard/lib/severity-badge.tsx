import { clsx } from 'clsx';
import type { Severity } from '../../protocol/values.ts';
import { severityLook } from './severity.ts';

export const SeverityIcon = ({ severity, className }: { severity: Severity; className?: string | undefined }) => {
  const { icon: Icon, text } = severityLook[severity];
  return <Icon className={clsx('stroke-2', text, className)} />;
};

type SeverityBadgeProps = {
  severity: Severity;
  quiet?: boolean | undefined;
  /** On a phone the shape and the colour only; its word is still read out. */
  compact?: boolean | undefined;
};

export const SeverityBadge = ({ severity, quiet = false, compact = false }: SeverityBadgeProps) => {
  const { label, text, soft } = severityLook[severity];
  return (
    <span
      className={clsx(
        'inline-flex h-5.5 shrink-0 items-center gap-1 whitespace-nowrap rounded-sm font-medium text-xs',
        text,
        !quiet && [soft, compact ? 'px-1 sm:pr-1.5' : 'pr-1.5 pl-1'],
      )}
    >
      <SeverityIcon severity={severity} className="size-3.5" />
      <span className={clsx(compact && 'max-sm:sr-only')}>{label}</span>
    </span>
  );
};
