import { clsx } from 'clsx';
import type { ComponentProps } from 'react';
import { controlClass, Field, type FieldProps } from './field.tsx';

export const Textarea = ({
  label,
  labelHidden,
  hint,
  error,
  className,
  rows = 4,
  ...rest
}: ComponentProps<'textarea'> & FieldProps) => (
  <Field label={label} labelHidden={labelHidden} hint={hint} error={error} className={className}>
    {(ids) => <textarea {...rest} {...ids} rows={rows} className={clsx(controlClass, 'block resize-y px-2.5 py-2')} />}
  </Field>
);
