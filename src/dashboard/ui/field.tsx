import { clsx } from 'clsx';
import { CircleAlert } from 'lucide-react';
import { type ReactNode, useId } from 'react';

export type FieldProps = {
  label: string;
  /** The label is there for screen readers only. */
  labelHidden?: boolean | undefined;
  hint?: ReactNode;
  error?: string | undefined;
};

export const controlClass =
  'w-full rounded-md border border-control bg-field text-ink text-sm placeholder:text-faint hover:border-muted focus-visible:outline-offset-0 aria-invalid:border-bad';

export type ControlIds = { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true };

/** Label, control, hint and error, tied together. */
export const Field = ({
  label,
  labelHidden = false,
  hint,
  error,
  className,
  children,
}: FieldProps & { className?: string | undefined; children: (ids: ControlIds) => ReactNode }) => {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  const ids: ControlIds = {
    id,
    ...(note !== undefined && { 'aria-describedby': noteId }),
    ...(error !== undefined && { 'aria-invalid': true }),
  };
  return (
    <div className={className}>
      <label htmlFor={id} className={labelHidden ? 'sr-only' : 'mb-1.5 block font-medium text-ink text-sm'}>
        {label}
      </label>
      {children(ids)}
      {note !== undefined && (
        <p
          id={noteId}
          className={clsx('mt-1.5 flex items-center gap-1.5 text-xs', error === undefined ? 'text-faint' : 'text-bad')}
        >
          {error !== undefined && <CircleAlert className="size-3.5" />}
          {note}
        </p>
      )}
    </div>
  );
};
