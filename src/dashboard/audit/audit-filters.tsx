import { X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { AUDITED_ACTIONS } from '../../protocol/api-steering.ts';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';
import { Select } from '../ui/select.tsx';
import type { AuditSearch } from './audit-search.ts';
import { actionInWords } from './audit-words.ts';

/** What is commonly audited, to choose from; an address may name any other. */
const auditActions: readonly string[] = AUDITED_ACTIONS;

type AuditFiltersProps = {
  search: AuditSearch;
  /** How many there are, in words. */
  count: string;
  onChange: (search: AuditSearch) => void;
};

const actorOptions = [
  { value: 'all', label: 'Anybody', short: 'Actor' },
  { value: 'user', label: 'People' },
  { value: 'ai_agent', label: 'Agents' },
  { value: 'system', label: 'System' },
] as const;

const actionOptions = (action: string | undefined) => [
  { value: 'all', label: 'Any action', short: 'Action' },
  ...(action === undefined || auditActions.includes(action) ? auditActions : [action, ...auditActions]).map(
    (value) => ({ value, label: actionInWords(value) }),
  ),
];

/** An id is asked for when it is complete, not at each key. */
const IncidentField = ({ value, onChange }: { value: string; onChange: (value: string) => void }) => {
  const [text, setText] = useState(value);
  const commit = (): void => {
    if (text.trim() !== value) onChange(text.trim());
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    commit();
  };
  return (
    <form onSubmit={submit} className="min-w-40 flex-1 lg:max-w-80">
      <Input
        label="Incident’s id"
        labelHidden
        placeholder="Incident’s id"
        value={text}
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => setText(target.value)}
        onBlur={commit}
      />
    </form>
  );
};

export const AuditFilters = ({ search, count, onChange }: AuditFiltersProps) => {
  const filtered = search.action ?? search.actor ?? search.incident;
  return (
    <search className="flex flex-wrap items-center gap-2">
      <Select
        label="Action"
        labelHidden
        value={search.action ?? 'all'}
        onValueChange={(value) => onChange({ ...search, action: value === 'all' ? undefined : value })}
        options={actionOptions(search.action)}
        className="min-w-[45%] flex-1 sm:w-64 sm:min-w-0 sm:flex-none"
      />
      <Select
        label="Actor"
        labelHidden
        value={search.actor ?? 'all'}
        onValueChange={(value) => onChange({ ...search, actor: value === 'all' ? undefined : value })}
        options={actorOptions}
        className="min-w-[30%] flex-1 sm:w-32 sm:min-w-0 sm:flex-none"
      />
      <IncidentField
        key={search.incident ?? ''}
        value={search.incident ?? ''}
        onChange={(value) => onChange({ ...search, incident: value === '' ? undefined : value })}
      />
      {filtered !== undefined && (
        <Button variant="ghost" icon={<X />} onClick={() => onChange({})}>
          Clear
        </Button>
      )}
      <span role="status" className="tabular whitespace-nowrap text-faint text-xs">
        {count}
      </span>
    </search>
  );
};
