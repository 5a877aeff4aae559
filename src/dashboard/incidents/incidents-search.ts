import { z } from 'zod';
import { IncidentSource, IncidentStatus, Severity } from '../../protocol/values.ts';

/** `critical,high`: what is known of a list, each once; nothing where nothing of it is known. */
const someOf = <Option extends string>(options: readonly Option[]) =>
  z.coerce
    .string()
    .transform((text) => {
      const named = new Set(text.split(','));
      const known = options.filter((option) => named.has(option));
      return known.length === 0 ? undefined : known.join(',');
    })
    .optional()
    .catch(undefined);

/** What the address of the list may say; anything else in it is left out. */
export const IncidentsSearch = z.object({
  severity: someOf(Severity.options),
  status: someOf(IncidentStatus.options),
  source: someOf(IncidentSource.options),
  q: z.coerce.string().max(200).optional().catch(undefined),
  /** The dialog for a new incident is open. */
  new: z.literal(true).optional().catch(undefined),
});
export type IncidentsSearch = z.infer<typeof IncidentsSearch>;

/** What of the address decides which incidents are listed. */
export type IncidentFilter = Pick<IncidentsSearch, 'severity' | 'status' | 'source' | 'q'>;

export const filterOf = ({ severity, status, source, q }: IncidentsSearch): IncidentFilter => ({
  ...(severity !== undefined && { severity }),
  ...(status !== undefined && { status }),
  ...(source !== undefined && { source }),
  ...(q !== undefined && q.trim() !== '' && { q }),
});

/** Two filters that list the same have the same key. */
export const keyOf = ({ severity = '', status = '', source = '', q = '' }: IncidentFilter): string =>
  JSON.stringify([severity, status, source, q.trim().toLowerCase()]);
