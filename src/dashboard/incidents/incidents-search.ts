import { z } from 'zod';
import { IncidentSource, IncidentStatus, Severity } from '../../protocol/values.ts';

/** What the address of the list may say; anything else in it is left out. */
export const IncidentsSearch = z.object({
  severity: Severity.optional().catch(undefined),
  status: IncidentStatus.optional().catch(undefined),
  source: IncidentSource.optional().catch(undefined),
  q: z.coerce.string().max(200).optional().catch(undefined),
  /** The dialog for a new incident is open. */
  new: z.literal(true).optional().catch(undefined),
});
export type IncidentsSearch = z.infer<typeof IncidentsSearch>;
