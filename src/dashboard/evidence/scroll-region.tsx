import { clsx } from 'clsx';
import type { ReactNode } from 'react';

type ScrollRegionProps = { label: string; className?: string | undefined; children: ReactNode };

/** What scrolls within a card, reached by keyboard. */
export const ScrollRegion = ({ label, className, children }: ScrollRegionProps) => (
  <section
    aria-label={label}
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to take the focus
    tabIndex={0}
    className={clsx('overflow-auto -outline-offset-2', className)}
  >
    {children}
  </section>
);
