import { clsx } from 'clsx';
import { CircleAlert, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';

type ErrorStateProps = {
  title: string;
  /** What it means, and what can be done. */
  children?: ReactNode;
  onRetry?: (() => void) | undefined;
  busy?: boolean | undefined;
  className?: string | undefined;
};

export const ErrorState = ({ title, children, onRetry, busy, className }: ErrorStateProps) => (
  <div
    role="alert"
    className={clsx('flex flex-col items-center justify-center gap-1 px-6 py-10 text-center', className)}
  >
    <span className="mb-2 flex size-9 items-center justify-center rounded-lg bg-bad-soft text-bad">
      <CircleAlert />
    </span>
    <p className="font-medium text-ink text-sm">{title}</p>
    {children !== undefined && <div className="max-w-md text-balance text-muted text-sm">{children}</div>}
    {onRetry !== undefined && (
      <Button size="sm" className="mt-3" icon={<RotateCw />} onClick={onRetry} busy={busy}>
        Try again
      </Button>
    )}
  </div>
);
