import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { clsx } from 'clsx';
import { memo, type ReactNode, useMemo } from 'react';
import { formatNumber } from './format-number.ts';
import { useStable } from './use-stable.ts';

type Option<Value extends string> = {
  value: Value;
  label: string;
  /** Said instead, and without the count, in a narrow container. */
  short?: string;
  count?: number | undefined;
  icon?: ReactNode;
};

type SegmentedProps<Value extends string> = {
  label: string;
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly Option<Value>[];
  className?: string | undefined;
};

const Choice = memo(({ value, label, short, count, icon }: Option<string>) => (
  <Toggle
    value={value}
    className="flex h-6 shrink-0 items-center gap-1.5 whitespace-nowrap rounded-sm px-2 font-medium text-muted text-xs -outline-offset-1 hover:text-ink active:bg-selected active:text-ink data-pressed:bg-selected data-pressed:text-ink pointer-coarse:h-8"
  >
    {icon}
    {short === undefined ? (
      label
    ) : (
      <>
        <span className="@max-md:sr-only">{label}</span>
        <span aria-hidden="true" className="@md:hidden">
          {short}
        </span>
      </>
    )}
    {count !== undefined && (
      <span
        className={clsx(
          'tabular font-normal text-faint in-data-pressed:text-muted',
          short !== undefined && '@max-md:hidden',
        )}
      >
        {formatNumber(count)}
      </span>
    )}
  </Toggle>
));

/** One choice of a few, all visible; scrolls sideways where there is no room. */
export const Segmented = <Value extends string>({
  label,
  value,
  onValueChange,
  options,
  className,
}: SegmentedProps<Value>) => {
  const pressed = useMemo(() => [value], [value]);
  const press = useStable((next: string[]) => {
    const [chosen] = next;
    if (chosen !== undefined) onValueChange(chosen as Value);
  });
  return (
    <ToggleGroup
      aria-label={label}
      value={pressed}
      onValueChange={press}
      className={clsx(
        'flex w-fit max-w-full items-center gap-0.5 overflow-x-auto rounded-md border border-line bg-sunken p-0.5 [scrollbar-width:none]',
        className,
      )}
    >
      {options.map((option) => (
        <Choice key={option.value} {...option} />
      ))}
    </ToggleGroup>
  );
};
