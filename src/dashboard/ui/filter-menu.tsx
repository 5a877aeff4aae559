import { Menu as Base } from '@base-ui/react/menu';
import { clsx } from 'clsx';
import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatNumber } from './format-number.ts';
import { menuBackdrop, menuPopup, menuRow } from './menu.tsx';
import { useOverlayRoot } from './overlay-root.ts';

type FilterMenuProps<Value extends string> = {
  label: string;
  /** None chosen: any will do. */
  chosen: readonly Value[];
  onChange: (chosen: Value[]) => void;
  /** At most one. */
  single?: boolean | undefined;
  options: readonly { value: Value; label: string; icon?: ReactNode; count?: number | undefined }[];
};

const sayChosen = (labels: readonly string[]): string => (labels.length > 2 ? `${labels.length}` : labels.join(', '));

/** Several of a few, or one of them; the button says which. */
export const FilterMenu = <Value extends string>({
  label,
  chosen,
  onChange,
  single = false,
  options,
}: FilterMenuProps<Value>) => {
  const labels = options.filter(({ value }) => chosen.includes(value)).map((option) => option.label);
  const toggle = (value: Value, on: boolean): void => {
    if (single) return onChange(on ? [value] : []);
    onChange(options.map((option) => option.value).filter((one) => (one === value ? on : chosen.includes(one))));
  };
  return (
    <Base.Root>
      <Base.Trigger
        className={clsx(
          'flex h-control shrink-0 items-center gap-1.5 whitespace-nowrap rounded-md border px-2.5 text-sm hover:bg-hover data-popup-open:bg-hover pointer-coarse:h-touch',
          labels.length === 0 ? 'border-line-strong border-dashed text-muted' : 'border-control bg-raised text-ink',
        )}
      >
        {label}
        {labels.length > 0 && (
          <span className="tabular max-w-40 truncate font-medium text-accent">{sayChosen(labels)}</span>
        )}
        <ChevronDown className="size-3.5 text-faint" />
      </Base.Trigger>
      <Base.Portal container={useOverlayRoot()}>
        <Base.Backdrop className={menuBackdrop} />
        <Base.Positioner align="start" sideOffset={6} collisionPadding={8} className="z-40">
          <Base.Popup data-overlay="" className={menuPopup}>
            {options.map((option) => (
              <Base.CheckboxItem
                key={option.value}
                checked={chosen.includes(option.value)}
                onCheckedChange={(on) => toggle(option.value, on)}
                closeOnClick={single}
                className={clsx(menuRow, 'data-checked:text-ink')}
              >
                <span className="flex size-4 items-center justify-center rounded-sm border border-control bg-field in-data-checked:border-accent-strong in-data-checked:bg-accent-strong">
                  <Base.CheckboxItemIndicator className="flex text-on-accent">
                    <Check className="size-3!" />
                  </Base.CheckboxItemIndicator>
                </span>
                {option.icon}
                <span className="flex-1">{option.label}</span>
                {option.count !== undefined && (
                  <span className="tabular text-faint text-xs">{formatNumber(option.count)}</span>
                )}
              </Base.CheckboxItem>
            ))}
            {chosen.length > 0 && (
              <>
                <Base.Separator className="my-1 h-px bg-line" />
                <Base.Item onClick={() => onChange([])} className={menuRow}>
                  Any {label.toLowerCase()}
                </Base.Item>
              </>
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
};
