import { clsx } from 'clsx';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger';
export type ButtonSize = 'sm' | 'md';

const variants: Record<ButtonVariant, string> = {
  primary:
    'border-transparent bg-accent-strong text-on-accent hover:bg-accent-hover not-aria-disabled:active:brightness-90',
  secondary: 'border-line-strong bg-raised text-ink hover:bg-hover not-aria-disabled:active:bg-selected',
  ghost: 'border-transparent text-muted hover:bg-hover hover:text-ink not-aria-disabled:active:bg-selected',
  danger:
    'border-line-strong border-dashed text-bad hover:border-bad hover:bg-bad-soft not-aria-disabled:active:border-solid',
};

const sizes: Record<ButtonSize, string> = {
  sm: 'h-control-sm gap-1.5 px-2.5 text-xs pointer-coarse:h-touch-sm',
  md: 'h-control gap-2 px-3 text-sm pointer-coarse:h-touch',
};

/** The look of a button, for links that act as one. */
export const buttonClass = (variant: ButtonVariant = 'secondary', size: ButtonSize = 'md'): string =>
  clsx(
    'inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-md border font-medium no-underline',
    'transition-colors duration-100 aria-disabled:opacity-55 aria-busy:opacity-80',
    variants[variant],
    sizes[size],
  );
