import { clsx } from 'clsx';
import type { ReactNode } from 'react';

type EmptyStateProps = {
  icon?: ReactNode;
  title: string;
  /** What will appear here, and what makes it appear. */
  children?: ReactNode;
  action?: ReactNode;
  className?: string | undefined;
};

export const EmptyState = ({ icon, title, children, action, className }: EmptyStateProps) => (
  <div className={clsx('flex flex-col items-center justify-center gap-1 px-6 py-10 text-center', className)}>
    {icon !== undefined && (
      <span className="mb-2 flex size-9 items-center justify-center rounded-lg border border-line bg-raised text-muted">
        {icon}
      </span>
    )}
    <p className="font-medium text-ink text-sm">{title}</p>
    {children !== undefined && <div className="max-w-md text-balance text-muted text-sm">{children}</div>}
    {action !== undefined && <div className="mt-3">{action}</div>}
  </div>
);
