import { clsx } from 'clsx';
import type { Tone } from './badge.tsx';

export type DotShape = 'dot' | 'ring' | 'half' | 'diamond' | 'check' | 'cross' | 'dash';

const colours: Record<Tone, string> = {
  neutral: 'text-faint',
  accent: 'text-accent',
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
};

const stroke = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.75,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const;

const Shape = ({ shape }: { shape: DotShape }) => {
  switch (shape) {
    case 'dot':
      return <circle cx="6" cy="6" r="4" fill="currentColor" />;
    case 'ring':
      return <circle cx="6" cy="6" r="4" {...stroke} />;
    case 'half':
      return (
        <>
          <circle cx="6" cy="6" r="4" {...stroke} />
          <path d="M6 2a4 4 0 0 0 0 8Z" fill="currentColor" />
        </>
      );
    case 'diamond':
      return <path d="M6 1 11 6 6 11 1 6Z" fill="currentColor" />;
    case 'check':
      return <path d="m2 6.5 3 3L10 3" {...stroke} />;
    case 'cross':
      return <path d="m2.5 2.5 7 7m0-7-7 7" {...stroke} />;
    case 'dash':
      return <path d="M2 6h8" {...stroke} />;
  }
};

type StatusDotProps = {
  tone?: Tone | undefined;
  shape?: DotShape | undefined;
  /** Only for what is running now. */
  running?: boolean | undefined;
  /** For where no text stands beside it. */
  label?: string | undefined;
  className?: string | undefined;
};

export const StatusDot = ({ tone = 'neutral', shape = 'dot', running = false, label, className }: StatusDotProps) => (
  <span className={clsx('inline-flex shrink-0', colours[tone], running && 'animate-breathe', className)}>
    <svg viewBox="0 0 12 12" className="size-3" aria-hidden="true">
      <Shape shape={shape} />
    </svg>
    {label !== undefined && <span className="sr-only">{label}</span>}
  </span>
);
