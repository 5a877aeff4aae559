import { Link } from '@tanstack/react-router';
import { Bot, Cpu, User } from 'lucide-react';
import type { AuditItem } from '../api/audit.ts';
import { Time } from '../ui/time.tsx';
import { actionInWords } from './audit-words.ts';

const actors: Record<string, { icon: typeof User; label: string }> = {
  user: { icon: User, label: 'Person' },
  ai_agent: { icon: Bot, label: 'Agent' },
};
const system = { icon: Cpu, label: 'System' };

const AuditRow = ({ item }: { item: AuditItem }) => {
  const { icon: Icon, label } = actors[item.actorType] ?? system;
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-3 gap-y-0.5 border-line border-t px-4 py-2 text-sm first:border-t-0 sm:min-h-row sm:grid-cols-[12.5rem_12rem_minmax(0,1fr)] sm:py-1">
      <Time at={item.timestamp} format="exact" className="text-faint text-xs" />
      <span className="flex min-w-0 items-center gap-1.5 text-muted">
        <Icon className="size-3.5" />
        <span className="truncate">
          {item.actorEmail ?? (item.actorType === 'system' ? label : item.actorId) ?? label}
        </span>
      </span>
      <span className="wrap-anywhere col-span-2 text-ink sm:col-span-1">
        {actionInWords(item.action)}
        {item.incidentId !== null && item.incidentId !== undefined && (
          <>
            {' · '}
            <Link
              to="/incidents/$incidentId"
              params={{ incidentId: item.incidentId }}
              className="font-mono text-accent text-xs"
            >
              {item.incidentId}
            </Link>
          </>
        )}
      </span>
    </li>
  );
};

export const AuditList = ({ items }: { items: readonly AuditItem[] }) => (
  <ul aria-label="Audit entries">
    {items.map((item) => (
      <AuditRow key={item.auditId} item={item} />
    ))}
  </ul>
);
