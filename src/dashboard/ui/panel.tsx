import { clsx } from 'clsx';
import type { ReactNode } from 'react';

type PanelProps = {
  title: string;
  /** At the end of the heading's line. */
  aside?: ReactNode;
  id?: string | undefined;
  className?: string | undefined;
  bodyClassName?: string | undefined;
  children: ReactNode;
};

/** A region with a heading. It draws no frame: lines between panels belong to who lays them out. */
export const Panel = ({ title, aside, id, className, bodyClassName, children }: PanelProps) => (
  <section aria-label={title} id={id} className={clsx('flex min-w-0 flex-col', className)}>
    <header className="flex min-h-10 shrink-0 items-center justify-between gap-3 px-4">
      <h2 className="font-semibold text-ink text-sm">{title}</h2>
      {aside !== undefined && <div className="flex min-w-0 items-center gap-2 text-muted text-xs">{aside}</div>}
    </header>
    <div className={clsx('min-h-0 min-w-0 flex-1', bodyClassName ?? 'px-4 pb-4')}>{children}</div>
  </section>
);
