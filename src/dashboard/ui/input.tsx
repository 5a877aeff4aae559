import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';
import { controlClass, Field, type FieldProps } from './field.tsx';

type InputProps = Omit<ComponentProps<'input'>, 'prefix'> &
  FieldProps & {
    icon?: ReactNode;
    /** A word within the field, for one whose value says too little. */
    prefix?: string | undefined;
    trailing?: ReactNode;
  };

export const Input = ({ label, labelHidden, hint, error, icon, prefix, trailing, className, ...rest }: InputProps) => (
  <Field label={label} labelHidden={labelHidden} hint={hint} error={error} className={className}>
    {(ids) => (
      <div className="relative">
        {icon !== undefined && (
          <span className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-faint">{icon}</span>
        )}
        {prefix !== undefined && (
          <span
            aria-hidden="true"
            className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-faint text-xs"
          >
            {prefix}
          </span>
        )}
        <input
          {...rest}
          {...ids}
          className={clsx(
            controlClass,
            'h-control pointer-coarse:h-touch',
            prefix !== undefined ? 'pl-12' : icon === undefined ? 'pl-2.5' : 'pl-8',
            trailing ? 'pr-9' : 'pr-2.5',
          )}
        />
        {trailing !== undefined && (
          <span className="absolute inset-y-0 right-1.5 flex items-center text-faint">{trailing}</span>
        )}
      </div>
    )}
  </Field>
);
