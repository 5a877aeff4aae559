import { BookmarkPlus, Search, X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { incidentStatuses, incidentStatusLook } from '../lib/incident-status.ts';
import { severities, severityLook } from '../lib/severity.ts';
import { SeverityIcon } from '../lib/severity-badge.tsx';
import { useLateText } from '../lib/use-late-text.ts';
import { useShortcut } from '../lib/use-shortcut.ts';
import { Button } from '../ui/button.tsx';
import { FilterMenu } from '../ui/filter-menu.tsx';
import { Input } from '../ui/input.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import type { IncidentFilter } from './incidents-search.ts';

type IncidentFiltersProps = {
  filter: IncidentFilter;
  /** How many there are, in words. */
  count: ReactNode;
  onChange: (change: IncidentFilter) => void;
  /** Only for what is no view yet. */
  onSave: (() => void) | undefined;
};

const severityOptions = severities.map((value) => ({
  value,
  label: severityLook[value].label,
  icon: <SeverityIcon severity={value} />,
}));
const statusOptions = incidentStatuses.map((value) => {
  const { label, tone, shape } = incidentStatusLook[value];
  return { value, label, icon: <StatusDot tone={tone} shape={shape} /> };
});
const sourceOptions = [
  { value: 'automated', label: 'Automated' },
  { value: 'manual', label: 'Manual' },
] as const;

const chosen = <Value extends string>(text: string | undefined, options: readonly { value: Value }[]): Value[] => {
  const named = text?.split(',') ?? [];
  return options.map(({ value }) => value).filter((value) => named.includes(value));
};
const inAddress = (values: readonly string[]): string | undefined =>
  values.length === 0 ? undefined : values.join(',');

export const IncidentFilters = ({ filter, count, onChange, onSave }: IncidentFiltersProps) => {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useLateText(filter.q ?? '', (q) => onChange({ q: q === '' ? undefined : q }));
  useShortcut('/', () => field.current?.focus());
  const filtered = (filter.severity ?? filter.status ?? filter.source ?? filter.q) !== undefined;
  return (
    <search className="flex flex-wrap items-center gap-2 border-line border-b bg-surface px-4 py-2">
      <Input
        ref={field}
        type="search"
        label="Search incidents"
        labelHidden
        placeholder="Search"
        icon={<Search />}
        trailing={
          text === '' ? (
            <span aria-hidden="true" className="flex pointer-coarse:hidden">
              <Kbd>/</Kbd>
            </span>
          ) : undefined
        }
        value={text}
        onChange={({ target }) => setText(target.value)}
        className="min-w-40 flex-1 sm:max-w-72"
      />
      <div className="-mx-4 flex max-w-[100vw] items-center gap-2 overflow-x-auto px-4 py-0.5 [scrollbar-width:none] sm:mx-0 sm:overflow-visible sm:px-0">
        <FilterMenu
          label="Severity"
          chosen={chosen(filter.severity, severityOptions)}
          onChange={(values) => onChange({ severity: inAddress(values) })}
          options={severityOptions}
        />
        <FilterMenu
          label="Status"
          chosen={chosen(filter.status, statusOptions)}
          onChange={(values) => onChange({ status: inAddress(values) })}
          options={statusOptions}
        />
        <FilterMenu
          label="Source"
          chosen={chosen(filter.source, sourceOptions)}
          onChange={(values) => onChange({ source: inAddress(values) })}
          options={sourceOptions}
        />
        {filtered && (
          <Button
            variant="ghost"
            icon={<X />}
            onClick={() => onChange({ severity: undefined, status: undefined, source: undefined, q: undefined })}
          >
            Clear
          </Button>
        )}
        {onSave !== undefined && (
          <Button variant="ghost" icon={<BookmarkPlus />} onClick={onSave}>
            Save view
          </Button>
        )}
      </div>
      <div className="tabular min-h-5 whitespace-nowrap text-faint text-xs sm:ml-auto">{count}</div>
    </search>
  );
};
