import { Plus, Search, Upload, X } from 'lucide-react';
import { useRef } from 'react';
import { incidentStatuses, incidentStatusLook } from '../lib/incident-status.ts';
import { severities, severityLook } from '../lib/severity.ts';
import { SeverityIcon } from '../lib/severity-badge.tsx';
import { useShortcut } from '../lib/use-shortcut.ts';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { Select } from '../ui/select.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import type { IncidentsSearch } from './incidents-search.ts';

type IncidentFiltersProps = {
  search: IncidentsSearch;
  /** How many there are, in words. */
  count: string;
  onChange: (change: Partial<IncidentsSearch>) => void;
  onNew: () => void;
  onImport: () => void;
};

const severityOptions = [
  { value: 'all', label: 'Any severity', short: 'Severity' },
  ...severities.map((value) => ({ value, label: severityLook[value].label, icon: <SeverityIcon severity={value} /> })),
] as const;
const statusOptions = [
  { value: 'all', label: 'Any status', short: 'Status' },
  ...incidentStatuses.map((value) => {
    const { label, tone, shape } = incidentStatusLook[value];
    return { value, label, icon: <StatusDot tone={tone} shape={shape} /> };
  }),
] as const;
const sourceOptions = [
  { value: 'all', label: 'Any source', short: 'Source' },
  { value: 'automated', label: 'Automated' },
  { value: 'manual', label: 'Manual' },
] as const;

const chosen = <Value extends string>(value: Value | 'all'): Value | undefined => (value === 'all' ? undefined : value);

export const IncidentFilters = ({ search, count, onChange, onNew, onImport }: IncidentFiltersProps) => {
  const field = useRef<HTMLInputElement>(null);
  useShortcut('/', () => field.current?.focus());
  useShortcut('n', onNew);
  const filtered = search.severity ?? search.status ?? search.source ?? search.q;
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
          search.q === undefined ? (
            <span aria-hidden="true" className="flex max-sm:hidden">
              <Kbd>/</Kbd>
            </span>
          ) : undefined
        }
        value={search.q ?? ''}
        onChange={({ target }) => onChange({ q: target.value === '' ? undefined : target.value })}
        className="min-w-32 flex-1 lg:max-w-72"
      />
      <div className="flex items-center gap-2 lg:order-last lg:ml-auto">
        <Button icon={<Upload />} onClick={onImport} className="max-sm:px-2">
          <span className="max-sm:sr-only">Import</span>
        </Button>
        <Button variant="primary" icon={<Plus />} onClick={onNew}>
          New incident
        </Button>
      </div>
      <div className="flex w-full flex-wrap items-center gap-2 lg:w-auto">
        <Select
          label="Severity"
          labelHidden
          value={search.severity ?? 'all'}
          onValueChange={(value) => onChange({ severity: chosen(value) })}
          options={severityOptions}
          className="min-w-[30%] flex-1 sm:w-36 sm:min-w-0 sm:flex-none"
        />
        <Select
          label="Status"
          labelHidden
          value={search.status ?? 'all'}
          onValueChange={(value) => onChange({ status: chosen(value) })}
          options={statusOptions}
          className="min-w-[30%] flex-1 sm:w-40 sm:min-w-0 sm:flex-none"
        />
        <Select
          label="Source"
          labelHidden
          value={search.source ?? 'all'}
          onValueChange={(value) => onChange({ source: chosen(value) })}
          options={sourceOptions}
          className="min-w-[30%] flex-1 sm:w-32 sm:min-w-0 sm:flex-none"
        />
        {filtered !== undefined && (
          <Button
            variant="ghost"
            icon={<X />}
            onClick={() => onChange({ severity: undefined, status: undefined, source: undefined, q: undefined })}
          >
            Clear
          </Button>
        )}
        <span role="status" className="tabular whitespace-nowrap text-faint text-xs">
          {count}
        </span>
      </div>
    </search>
  );
};
