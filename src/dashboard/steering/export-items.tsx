import { FileJson, FileText, Presentation } from 'lucide-react';
import { exportPath } from '../api/records.ts';
import { MenuDownload, MenuItem } from '../ui/menu.tsx';

const fileName = (incidentId: string, extension: string): string =>
  `${incidentId.replaceAll(/[^\w.-]/g, '_')}.${extension}`;

/** The two forms in which an incident leaves the house. */
export const ExportItems = ({ incidentId }: { incidentId: string }) => (
  <>
    <MenuDownload icon={<FileText />} href={exportPath(incidentId, 'markdown')} filename={fileName(incidentId, 'md')}>
      Postmortem draft (Markdown)
    </MenuDownload>
    <MenuDownload icon={<FileJson />} href={exportPath(incidentId, 'jsonl')} filename={fileName(incidentId, 'jsonl')}>
      Record (JSONL)
    </MenuDownload>
    <MenuItem
      icon={<Presentation />}
      onSelect={() => window.open(`/incidents/${encodeURIComponent(incidentId)}/wall`, '_blank', 'noopener')}
    >
      Wall view
    </MenuItem>
  </>
);
