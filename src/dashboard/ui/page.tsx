import { clsx } from 'clsx';
import type { ReactNode } from 'react';

/** A page that scrolls as a whole, its content in one readable column. */
export const Page = ({ className, children }: { className?: string | undefined; children: ReactNode }) => (
  <div className="min-h-0 flex-1 overflow-y-auto">
    <div className={clsx('mx-auto flex w-full max-w-6xl flex-col gap-5 p-4 sm:p-6', className)}>{children}</div>
  </div>
);

/** A framed part of a page. */
export const Card = ({ className, children }: { className?: string | undefined; children: ReactNode }) => (
  <div className={clsx('min-w-0 overflow-hidden rounded-lg border border-line bg-surface', className)}>{children}</div>
);
