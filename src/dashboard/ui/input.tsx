import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';
import { controlClass, Field, type FieldProps } from './field.tsx';

type InputProps = ComponentProps<'input'> & FieldProps & { icon?: ReactNode; trailing?: ReactNode };

export const Input = ({ label, labelHidden, hint, error, icon, trailing, className, ...rest }: InputProps) => (
  <Field label={label} labelHidden={labelHidden} hint={hint} error={error} className={className}>
    {(ids) => (
      <div className="relative">
        {icon !== undefined && (
          <span className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-faint">{icon}</span>
        )}
        <input
          {...rest}
          {...ids}
          className={clsx(
            controlClass,
            'h-8 pointer-coarse:h-10',
            icon === undefined ? 'pl-2.5' : 'pl-8',
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
