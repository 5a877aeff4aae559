import { z } from 'zod';
import type { Zone } from '../ui/format-time.ts';

const words = z.coerce.string().max(200).optional().catch(undefined);
const day = z.iso.date().optional().catch(undefined);

/** What the address of the audit may say; anything else in it is left out. */
export const AuditSearch = z.object({
  action: words,
  actor: z.enum(['user', 'ai_agent', 'system']).optional().catch(undefined),
  incident: words,
  /** Days, `2026-03-03`, the whole of both. */
  from: day,
  to: day,
});
export type AuditSearch = z.infer<typeof AuditSearch>;

const DAY_START = 'T00:00:00.000';
const DAY_END = 'T23:59:59.999';

const instantOf = (date: string, time: string, zone: Zone): string =>
  new Date(`${date}${time}${zone === 'utc' ? 'Z' : ''}`).toISOString();

/** The filters as the API takes them: days become instants, in the zone that times are shown in. */
export const auditFiltersOf = ({ action, actor, incident, from, to }: AuditSearch, zone: Zone) => ({
  action,
  actor,
  incident,
  from: from === undefined ? undefined : instantOf(from, DAY_START, zone),
  to: to === undefined ? undefined : instantOf(to, DAY_END, zone),
});
