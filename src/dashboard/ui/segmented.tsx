import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { clsx } from 'clsx';
import type { ReactNode } from 'react';

type SegmentedProps<Value extends string> = {
  label: string;
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly {
    value: Value;
    label: string;
    /** Said instead, and without the count, in a narrow container. */
    short?: string;
    count?: number | undefined;
    icon?: ReactNode;
  }[];
  className?: string | undefined;
};

/** One choice of a few, all visible; scrolls sideways where there is no room. */
export const Segmented = <Value extends string>({
  label,
  value,
  onValueChange,
  options,
  className,
}: SegmentedProps<Value>) => (
  <ToggleGroup
    aria-label={label}
    value={[value]}
    onValueChange={(next) => {
      const [chosen] = next;
      if (chosen !== undefined) onValueChange(chosen as Value);
    }}
    className={clsx(
      'flex w-fit max-w-full items-center gap-0.5 overflow-x-auto rounded-md border border-line bg-sunken p-0.5 [scrollbar-width:none]',
      className,
    )}
  >
    {options.map((option) => (
      <Toggle
        key={option.value}
        value={option.value}
        className="flex h-6 shrink-0 items-center gap-1.5 whitespace-nowrap rounded-sm px-2 font-medium text-muted text-xs -outline-offset-1 hover:text-ink data-pressed:bg-selected data-pressed:text-ink pointer-coarse:h-8"
      >
        {option.icon}
        {option.short === undefined ? (
          option.label
        ) : (
          <>
            <span className="@max-md:sr-only">{option.label}</span>
            <span aria-hidden="true" className="@md:hidden">
              {option.short}
            </span>
          </>
        )}
        {option.count !== undefined && (
          <span
            className={clsx(
              'tabular font-normal text-faint in-data-pressed:text-muted',
              option.short !== undefined && '@max-md:hidden',
            )}
          >
            {option.count.toLocaleString('en')}
          </span>
        )}
      </Toggle>
    ))}
  </ToggleGroup>
);
