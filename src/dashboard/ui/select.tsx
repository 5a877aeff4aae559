import { Select as Base } from '@base-ui/react/select';
import { clsx } from 'clsx';
import { Check, ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { menuBackdrop } from './menu.tsx';
import { useOverlayRoot } from './overlay-root.ts';

export type SelectOption<Value extends string> = {
  value: Value;
  label: string;
  /** On the closed control, where there is less room. */
  short?: string | undefined;
  icon?: ReactNode;
};

type SelectProps<Value extends string> = {
  label: string;
  labelHidden?: boolean | undefined;
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly SelectOption<Value>[];
  size?: 'sm' | 'md' | undefined;
  className?: string | undefined;
};

export const Select = <Value extends string>({
  label,
  labelHidden = false,
  value,
  onValueChange,
  options,
  size = 'md',
  className,
}: SelectProps<Value>) => {
  const chosen = options.find((option) => option.value === value);
  return (
    <Base.Root
      items={options}
      value={value}
      onValueChange={(next) => {
        if (next !== null) onValueChange(next);
      }}
    >
      <div className={className}>
        <Base.Label className={labelHidden ? 'sr-only' : 'mb-1.5 block font-medium text-ink text-sm'}>
          {label}
        </Base.Label>
        <Base.Trigger
          className={clsx(
            'flex w-full items-center gap-1.5 rounded-md border border-control bg-raised pr-2 pl-2.5 text-ink hover:bg-hover',
            size === 'sm'
              ? 'h-control-sm text-xs pointer-coarse:h-touch-sm'
              : 'h-control text-sm pointer-coarse:h-touch',
          )}
        >
          {chosen?.icon}
          <Base.Value className="flex-1 truncate text-left">{() => chosen?.short ?? chosen?.label}</Base.Value>
          <Base.Icon className="text-faint">
            <ChevronsUpDown className="size-3.5" />
          </Base.Icon>
        </Base.Trigger>
      </div>
      <Base.Portal container={useOverlayRoot()}>
        <Base.Backdrop className={menuBackdrop} />
        <Base.Positioner alignItemWithTrigger={false} sideOffset={4} collisionPadding={8} className="z-50">
          <Base.Popup
            data-overlay=""
            className="popup max-h-[min(22rem,var(--available-height))] min-w-(--anchor-width) overflow-y-auto rounded-lg border border-line-strong bg-raised p-1 shadow-overlay outline-none"
          >
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                className="flex min-h-control-sm cursor-default select-none items-center gap-2 rounded-md px-2 text-muted text-sm outline-none data-highlighted:bg-hover data-highlighted:text-ink data-selected:text-ink pointer-coarse:min-h-10"
              >
                {option.icon}
                <Base.ItemText className="flex-1">{option.label}</Base.ItemText>
                <Base.ItemIndicator>
                  <Check className="text-accent" />
                </Base.ItemIndicator>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
};
