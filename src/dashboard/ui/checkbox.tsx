import { Checkbox as Base } from '@base-ui/react/checkbox';
import { Check } from 'lucide-react';

type CheckboxProps = {
  label: string;
  hint?: string | undefined;
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
};

export const Checkbox = ({ label, hint, checked, onCheckedChange }: CheckboxProps) => (
  // biome-ignore lint/a11y/noLabelWithoutControl: the control is in it
  <label className="flex cursor-pointer items-start gap-2.5 text-sm">
    <Base.Root
      checked={checked}
      onCheckedChange={(next) => onCheckedChange(next)}
      aria-label={label}
      className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-sm border border-control bg-field data-checked:border-accent-strong data-checked:bg-accent-strong pointer-coarse:size-5"
    >
      <Base.Indicator className="text-on-accent">
        <Check className="size-3!" />
      </Base.Indicator>
    </Base.Root>
    <span className="min-w-0">
      <span className="text-ink">{label}</span>
      {hint !== undefined && <span className="block text-faint text-xs">{hint}</span>}
    </span>
  </label>
);
