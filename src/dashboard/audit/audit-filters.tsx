import { X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { AUDITED_ACTIONS } from '../../protocol/api-steering.ts';
import { useLateText } from '../lib/use-late-text.ts';
import { useShortcut } from '../lib/use-shortcut.ts';
import { Button } from '../ui/button.tsx';
import { FilterMenu } from '../ui/filter-menu.tsx';
import { Input } from '../ui/input.tsx';
import type { AuditSearch } from './audit-search.ts';
import { actionInWords } from './audit-words.ts';

/** What is commonly audited, to choose from; an address may name any other. */
const auditActions: readonly string[] = AUDITED_ACTIONS;

type AuditFiltersProps = {
  search: AuditSearch;
  /** How many there are, in words. */
  count: ReactNode;
  onChange: (search: AuditSearch) => void;
};

const actorOptions = [
  { value: 'user', label: 'People' },
  { value: 'ai_agent', label: 'Agents' },
  { value: 'system', label: 'System' },
] as const;

const actionOptions = (action: string | undefined) => [
  ...(action === undefined || auditActions.includes(action) ? auditActions : [action, ...auditActions]).map(
    (value) => ({ value, label: actionInWords(value) }),
  ),
];

const orNone = (text: string): string | undefined => (text === '' ? undefined : text);

export const AuditFilters = ({ search, count, onChange }: AuditFiltersProps) => {
  const field = useRef<HTMLInputElement>(null);
  const [incident, setIncident] = useLateText(search.incident ?? '', (text) =>
    onChange({ ...search, incident: orNone(text.trim()) }),
  );
  useShortcut('/', () => field.current?.focus());
  const filtered = Object.values(search).some((value) => value !== undefined);
  return (
    <search className="grid grid-cols-2 items-center gap-2 border-line border-b bg-surface px-4 py-2 sm:flex sm:flex-wrap">
      <FilterMenu
        label="Action"
        single
        chosen={search.action === undefined ? [] : [search.action]}
        onChange={([action]) => onChange({ ...search, action })}
        options={actionOptions(search.action)}
      />
      <FilterMenu
        label="Actor"
        single
        chosen={search.actor === undefined ? [] : [search.actor]}
        onChange={([actor]) => onChange({ ...search, actor })}
        options={actorOptions}
      />
      <Input
        ref={field}
        label="Incident’s id"
        labelHidden
        placeholder="Incident’s id"
        value={incident}
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => setIncident(target.value)}
        className="max-sm:col-span-2 sm:w-52"
      />
      <Input
        type="date"
        label="From"
        labelHidden
        prefix="From"
        value={search.from ?? ''}
        max={search.to}
        onChange={({ target }) => onChange({ ...search, from: orNone(target.value) })}
        className="min-w-0"
      />
      <Input
        type="date"
        label="To"
        labelHidden
        prefix="To"
        value={search.to ?? ''}
        min={search.from}
        onChange={({ target }) => onChange({ ...search, to: orNone(target.value) })}
        className="min-w-0"
      />
      {filtered && (
        <Button variant="ghost" icon={<X />} onClick={() => onChange({})}>
          Clear
        </Button>
      )}
      <span role="status" className="tabular min-h-5 whitespace-nowrap text-faint text-xs sm:ml-auto">
        {count}
      </span>
    </search>
  );
};
