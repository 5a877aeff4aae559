import type { ReactNode } from 'react';
import type { IncidentDetail } from '../../protocol/api.ts';
import { IncidentStatusBadge } from '../lib/incident-status-badge.tsx';
import { toOneLine } from '../lib/plain-text.ts';
import { SeverityBadge } from '../lib/severity-badge.tsx';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { useStatus } from '../store/use-status.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { Duration } from '../ui/duration.tsx';
import { formatNumber } from '../ui/format-number.ts';
import { zoneName } from '../ui/format-time.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { Time } from '../ui/time.tsx';
import { useZone } from '../ui/time-zone.ts';
import { PhaseRail } from './phase-rail.tsx';
import { ShareButton } from './share-button.tsx';
import { Watching } from './watching.tsx';

type HeaderProps = {
  incidentId: string;
  /** undefined until it is known, and where it could not be asked for. */
  incident: IncidentDetail | undefined;
  pending: boolean;
  /** Where others find it; undefined where they can't. */
  link: (() => string) | undefined;
  /** Who is looking; the others are named. */
  userId: string | undefined;
  /** Beside the link: what can be done with the investigation. */
  actions: ReactNode;
};

const count = (value: number, one: string, many: string): string =>
  `${formatNumber(value)} ${value === 1 ? one : many}`;

const Facts = ({ incidentId, incident }: Pick<HeaderProps, 'incidentId' | 'incident'>) => {
  const startedAt = useInvestigationPart(incidentId, (investigation) => investigation.startedAt);
  const endedAt = useInvestigationPart(incidentId, (investigation) => investigation.endedAt);
  const agents = useInvestigationPart(incidentId, (investigation) => investigation.agents.size);
  const toolCalls = useInvestigationPart(incidentId, (investigation) => investigation.counts.toolCalls);
  const zone = useZone();
  const opened = startedAt ?? incident?.createdAt;
  return (
    <p className="tabular flex flex-wrap items-center gap-x-1.5 text-muted text-xs max-sm:order-2 max-sm:ml-auto">
      {opened !== undefined && (
        <>
          <span className="max-md:hidden">
            {startedAt === null ? 'opened' : 'started'} <Time at={opened} /> {zoneName(zone)}
            <span aria-hidden="true"> ·</span>
          </span>
          <span>
            {endedAt === null ? 'elapsed' : 'took'}{' '}
            <Duration from={opened} to={endedAt} className="font-medium text-ink" />
          </span>
        </>
      )}
      <span className="max-[85rem]:hidden">
        <span aria-hidden="true">·</span> {count(agents, 'agent', 'agents')} <span aria-hidden="true">·</span>{' '}
        {count(toolCalls, 'tool call', 'tool calls')}
      </span>
    </p>
  );
};

/** Two lines; on a phone three short ones, for there the timeline needs the room. */
export const Header = ({ incidentId, incident, pending, link, userId, actions }: HeaderProps) => {
  const status = useStatus(incident?.status);
  return (
    <header className="shrink-0 border-line border-b bg-surface px-4 pt-2.5 max-sm:flex max-sm:flex-wrap max-sm:items-center max-sm:gap-x-2 max-sm:gap-y-1 max-sm:pt-1.5">
      <div className="flex items-start gap-x-4 max-sm:contents">
        <div className="flex min-h-7 min-w-0 flex-1 flex-wrap items-center gap-x-2.5 gap-y-1 max-sm:contents">
          {incident !== undefined && (
            <span className="flex max-sm:self-start max-sm:pt-1.5">
              <SeverityBadge severity={incident.severity} compact />
            </span>
          )}
          <h1 className="wrap-anywhere min-w-0 font-semibold text-ink text-lg max-sm:line-clamp-2 max-sm:flex-1 max-sm:text-balance max-sm:text-base">
            {pending ? (
              <>
                <span className="sr-only">Loading the incident</span>
                <Skeleton className="h-6 w-72 max-w-full" />
              </>
            ) : (
              toOneLine(incident?.title ?? 'Incident', 300)
            )}
          </h1>
          <span aria-hidden="true" className="basis-full max-sm:order-1 sm:hidden" />
          {status !== undefined && (
            <span className="flex max-sm:order-1">
              <IncidentStatusBadge status={status} />
            </span>
          )}
          <span className="flex min-w-0 items-center max-xl:hidden">
            <span className="truncate font-mono text-faint text-xs">{incidentId}</span>
            <CopyButton label="Copy the incident’s id" text={incidentId} />
          </span>
        </div>
        <div className="flex shrink-0 items-center gap-2 max-sm:gap-1 max-sm:self-start">
          {userId !== undefined && <Watching incidentId={incidentId} userId={userId} />}
          {link !== undefined && <ShareButton link={link} />}
          {actions}
        </div>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-x-6 max-sm:contents">
        <PhaseRail incidentId={incidentId} />
        <Facts incidentId={incidentId} incident={incident} />
      </div>
    </header>
  );
};
