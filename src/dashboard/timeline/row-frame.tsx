import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { formatElapsed } from '../ui/format-time.ts';
import { Time } from '../ui/time.tsx';

type RowFrameProps = ComponentProps<'article'> & {
  at: number;
  startedAt: number;
  dot: ReactNode;
  actor: string;
  loud?: boolean;
  /** At the end of the line. */
  end: ReactNode;
  children: ReactNode;
};

/** The columns of a line in the timeline; two lines where the list is narrow. */
export const RowFrame = ({
  at,
  startedAt,
  dot,
  actor,
  loud = false,
  end,
  className,
  children,
  ...rest
}: RowFrameProps) => (
  <article
    {...rest}
    className={clsx(
      'group grid cursor-pointer grid-cols-[1rem_minmax(0,1fr)_auto_auto] items-start gap-x-2 border-l-2 px-3 py-1 text-sm hover:bg-hover @2xl:grid-cols-[4.25rem_4.75rem_1rem_5.25rem_minmax(0,1fr)_auto] @2xl:px-4',
      className,
    )}
  >
    <Time at={at} className="col-start-3 row-start-1 font-mono text-faint text-xs leading-5 @2xl:col-start-1" />
    <span className="tabular hidden whitespace-nowrap font-mono text-faint text-xs leading-5 @2xl:inline">
      +{formatElapsed(at - startedAt)}
    </span>
    <span className="col-start-1 row-start-1 flex h-5 items-center @2xl:col-start-3">{dot}</span>
    <span
      className={clsx(
        'col-start-2 row-start-1 truncate text-xs leading-5 @2xl:col-start-4',
        loud ? 'text-ink' : 'text-muted',
      )}
    >
      {actor}
    </span>
    <div className="col-span-3 col-start-2 row-start-2 min-w-0 @2xl:col-span-1 @2xl:col-start-5 @2xl:row-start-1">
      {children}
    </div>
    <span className="tabular col-start-4 row-start-1 flex h-5 items-center gap-1 text-muted text-xs @2xl:col-start-6">
      {end}
    </span>
  </article>
);

type RowToggleProps = { label: string; open: boolean; tabIndex: 0 | -1; onToggle: () => void };

/** Opens the row for who has no pointer. */
export const RowToggle = ({ label, open, tabIndex, onToggle }: RowToggleProps) => (
  <button
    type="button"
    tabIndex={tabIndex}
    data-row-toggle=""
    aria-expanded={open}
    aria-label={label}
    onClick={onToggle}
    className="flex size-5 items-center justify-center rounded-sm text-faint opacity-40 hover:text-ink focus-visible:opacity-100 group-hover:opacity-100 pointer-coarse:size-7"
  >
    <ChevronRight className={clsx('size-3.5! transition-transform', open && 'rotate-90')} />
  </button>
);
