import { useMutation } from '@tanstack/react-query';
import { Braces, ChevronDown, Download, Sheet } from 'lucide-react';
import { type AuditFilters, readAllAudit } from '../api/audit.ts';
import { saveText } from '../lib/save-text.ts';
import { Button } from '../ui/button.tsx';
import { formatNumber } from '../ui/format-number.ts';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { toast } from '../ui/toast.ts';
import { toCsv, toJsonLines } from './audit-words.ts';

/** Every entry that the filters let through, as a file. */
export const useExportAudit = (filters: AuditFilters) =>
  useMutation({
    mutationFn: async (format: 'jsonl' | 'csv') => {
      const items = await readAllAudit(filters);
      if (format === 'csv') saveText('audit.csv', 'text/csv', toCsv(items));
      else saveText('audit.jsonl', 'application/x-ndjson', toJsonLines(items));
      return items.length;
    },
    onSuccess: (count) => toast(`${formatNumber(count)} entries exported`, { tone: 'good' }),
    onError: (error) => toast('Nothing was exported', { tone: 'bad', description: error.message }),
  });

export const ExportAudit = ({ run }: { run: ReturnType<typeof useExportAudit> }) => (
  <Menu
    align="end"
    trigger={
      <Button icon={<Download />} busy={run.isPending}>
        Export
        <ChevronDown className="size-3.5 text-faint" />
      </Button>
    }
  >
    <MenuItem icon={<Braces />} onSelect={() => run.mutate('jsonl')}>
      JSON lines, with hashes
    </MenuItem>
    <MenuItem icon={<Sheet />} onSelect={() => run.mutate('csv')}>
      CSV, for a spreadsheet
    </MenuItem>
  </Menu>
);
