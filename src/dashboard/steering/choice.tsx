import { Segmented } from '../ui/segmented.tsx';

type ChoiceProps<Value extends string> = {
  label: string;
  value: Value | null;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
  /** It has to be answered, and was not. */
  missing: boolean;
  hint?: string | undefined;
};

/** One question of the feedback; nothing is chosen before somebody chooses. */
export const Choice = <Value extends string>({
  label,
  value,
  options,
  onChange,
  missing,
  hint,
}: ChoiceProps<Value>) => (
  <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1.5">
    <span className="text-ink text-sm">
      {label}
      {hint !== undefined && <span className="text-faint text-xs"> {hint}</span>}
      {missing && <span className="block text-bad text-xs">Not answered yet</span>}
    </span>
    <Segmented<Value | ''>
      label={label}
      value={value ?? ''}
      options={options}
      onValueChange={(next) => {
        if (next !== '') onChange(next);
      }}
    />
  </div>
);
