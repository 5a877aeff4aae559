import { z } from 'zod';
import { IncidentSource, IncidentStatus, Severity } from '../../protocol/values.ts';

/** What the address of the list may say; anything else in it is left out. */
export const IncidentsSearch = z.object({
  severity: Severity.optional().catch(undefined),
  status: IncidentStatus.optional().catch(undefined),
  source: IncidentSource.optional().catch(undefined),
  q: z.coerce.string().trim().max(200).optional().catch(undefined),
});
export type IncidentsSearch = z.infer<typeof IncidentsSearch>;
