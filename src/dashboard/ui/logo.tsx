import { clsx } from 'clsx';

export const Logo = ({ className }: { className?: string | undefined }) => (
  <svg viewBox="0 0 64 64" aria-hidden="true" className={clsx('text-accent', className)}>
    <g fill="currentColor" stroke="currentColor" strokeWidth="4" strokeLinejoin="round">
      <path opacity="0.35" d="M18 18 32 32 18 46 4 32Z" />
      <path opacity="0.6" d="M29 16 45 32 29 48 13 32Z" />
      <path d="M42 14 60 32 42 50 24 32Z" />
    </g>
  </svg>
);
