import { clsx } from 'clsx';
import type { ReactNode } from 'react';

type PanelProps = {
  title: string;
  /** Stands in the heading's place on a narrow screen, where that is only read out. */
  lead?: ReactNode;
  /** At the end of the heading's line. */
  aside?: ReactNode;
  id?: string | undefined;
  className?: string | undefined;
  bodyClassName?: string | undefined;
  children: ReactNode;
};

/** A region with a heading. It draws no frame: lines between panels belong to who lays them out. */
export const Panel = ({ title, lead, aside, id, className, bodyClassName, children }: PanelProps) => (
  <section aria-label={title} id={id} className={clsx('flex min-w-0 flex-col', className)}>
    <header className="flex min-h-10 shrink-0 items-center justify-between gap-3 px-4">
      <h2 className={clsx('font-semibold text-ink text-sm', lead !== undefined && 'max-md:sr-only')}>{title}</h2>
      {lead !== undefined && <div className="min-w-0 flex-1 truncate text-ink text-sm md:hidden">{lead}</div>}
      {aside !== undefined && (
        <div className="flex min-w-0 shrink-0 items-center gap-2 text-muted text-xs">{aside}</div>
      )}
    </header>
    <div className={clsx('min-h-0 min-w-0 flex-1', bodyClassName ?? 'px-4 pb-4')}>{children}</div>
  </section>
);
