import { Switch as Base } from '@base-ui/react/switch';

type SwitchProps = { label: string; checked: boolean; onCheckedChange: (checked: boolean) => void };

export const Switch = ({ label, checked, onCheckedChange }: SwitchProps) => (
  <Base.Root
    aria-label={label}
    checked={checked}
    onCheckedChange={(next) => onCheckedChange(next)}
    className="relative inline-flex h-5 w-9 shrink-0 cursor-pointer items-center rounded-full border border-control bg-sunken p-0.5 transition-colors data-checked:border-accent-strong data-checked:bg-accent-strong"
  >
    <Base.Thumb className="block size-3.5 rounded-full bg-muted transition-transform data-checked:translate-x-4 data-checked:bg-on-accent" />
  </Base.Root>
);
