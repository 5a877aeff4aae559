import { clsx } from 'clsx';
import type { ReactNode } from 'react';

const widths = { narrow: 'max-w-3xl', normal: 'max-w-4xl', wide: 'max-w-7xl' };

type PageProps = { width?: keyof typeof widths | undefined; className?: string | undefined; children: ReactNode };

/** A page that scrolls as a whole, its content in one column of a readable width. */
export const Page = ({ width = 'wide', className, children }: PageProps) => (
  <div className="min-h-0 flex-1 overflow-y-auto">
    <div className={clsx('mx-auto flex w-full flex-col gap-5 p-4 sm:p-6', widths[width], className)}>{children}</div>
  </div>
);

/** A framed part of a page. */
export const Card = ({ className, children }: { className?: string | undefined; children: ReactNode }) => (
  <div className={clsx('min-w-0 overflow-hidden rounded-lg border border-line bg-surface', className)}>{children}</div>
);
