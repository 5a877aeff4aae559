import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { Button, type ButtonProps } from './button.tsx';

type IconButtonProps = Omit<ButtonProps, 'icon' | 'children' | 'aria-label' | 'hint' | 'hintSide'> & {
  label: string;
  icon: ReactNode;
  side?: 'top' | 'right' | 'bottom' | 'left' | undefined;
};

export const IconButton = ({
  label,
  icon,
  side,
  size = 'sm',
  variant = 'ghost',
  className,
  ...rest
}: IconButtonProps) => {
  const square = size === 'sm' ? 'w-7 px-0 pointer-coarse:w-9' : 'w-8 px-0 pointer-coarse:w-10';
  return (
    <Button
      {...rest}
      aria-label={label}
      hint={label}
      hintSide={side}
      size={size}
      variant={variant}
      className={clsx(square, className)}
    >
      {icon}
    </Button>
  );
};
