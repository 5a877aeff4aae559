import { clsx } from 'clsx';
import { LoaderCircle } from 'lucide-react';
import { type ComponentProps, type MouseEvent, type ReactNode, useId, useState } from 'react';
import { type ButtonSize, type ButtonVariant, buttonClass } from './button-class.ts';
import { Kbd } from './kbd.tsx';
import { Tooltip } from './tooltip.tsx';

export type ButtonProps = Omit<ComponentProps<'button'>, 'disabled'> & {
  variant?: ButtonVariant | undefined;
  size?: ButtonSize | undefined;
  icon?: ReactNode;
  shortcut?: string | undefined;
  /** At work: says so and takes no press. */
  busy?: boolean | undefined;
  /** Says more about it, beside it. */
  hint?: string | undefined;
  hintSide?: 'top' | 'right' | 'bottom' | 'left' | undefined;
  /** Why it cannot be pressed. It stays focusable, so that the reason can be found. */
  disabledReason?: string | undefined;
};

export const Button = (props: ButtonProps) => {
  const {
    variant = 'secondary',
    size = 'md',
    icon,
    shortcut,
    busy = false,
    hint,
    hintSide,
    disabledReason,
    className,
    onClick,
    children,
    type = 'button',
    ...rest
  } = props;
  const reasonId = useId();
  const [explained, setExplained] = useState(false);
  const content = disabledReason ?? hint;
  if (explained && content === undefined) setExplained(false);
  const blocked = busy || disabledReason !== undefined;
  const press = (event: MouseEvent<HTMLButtonElement>): void => {
    if (!blocked) return onClick?.(event);
    event.preventDefault();
    if (disabledReason !== undefined) setExplained(true);
  };
  const button = (
    <button
      {...rest}
      type={type}
      onClick={press}
      className={clsx(buttonClass(variant, size), className)}
      {...(blocked && { 'aria-disabled': true })}
      {...(busy && { 'aria-busy': true })}
      {...(disabledReason !== undefined && { 'aria-describedby': reasonId })}
    >
      {busy ? <LoaderCircle className="animate-spin" /> : icon}
      {children}
      {shortcut !== undefined && (
        <span aria-hidden="true" className="-mr-1 inline-flex pointer-coarse:hidden">
          <Kbd>{shortcut}</Kbd>
        </span>
      )}
    </button>
  );
  // A reason that comes and goes leaves the button, and the focus on it, where they are.
  if (hint === undefined && !('disabledReason' in props)) return button;
  return (
    <>
      <Tooltip
        content={content}
        side={hintSide}
        open={explained}
        onOpenChange={setExplained}
        closeOnClick={disabledReason === undefined}
      >
        {button}
      </Tooltip>
      {disabledReason !== undefined && (
        <span id={reasonId} hidden>
          {disabledReason}
        </span>
      )}
    </>
  );
};
