import { z } from 'zod';
import { noFilter, type RowFilter, SHOWS } from '../timeline/filter-rows.ts';

const Text = z.coerce.string().min(1).max(200).optional().catch(undefined);
const At = z.coerce.number().int().nonnegative().optional().catch(undefined);

/**
 * `?event=` opens the timeline at that event, `?at=` the whole view as it was after so many events; the rest is what the
 * timeline is narrowed to. A number in the address is read as the text that it was.
 */
export const IncidentSearch = z.object({
  event: z.coerce.string().min(1).max(128).optional().catch(undefined),
  show: z.enum(SHOWS).optional().catch(undefined),
  agent: Text,
  q: Text,
  at: At,
  from: At,
  to: At,
});
export type IncidentSearch = z.infer<typeof IncidentSearch>;

export const filterOf = ({ show, agent, q, from, to }: IncidentSearch): RowFilter => ({
  show: show ?? noFilter.show,
  agent: agent ?? null,
  text: q ?? '',
  from: from ?? null,
  to: to ?? null,
});

/** The same in the address, where only what is set stands. */
export const searchOf = ({ show, agent, text, from, to }: RowFilter): Omit<IncidentSearch, 'event' | 'at'> => ({
  show: show === noFilter.show ? undefined : show,
  agent: agent ?? undefined,
  q: text === '' ? undefined : text.slice(0, 200),
  from: from === null ? undefined : Math.round(from),
  to: to === null ? undefined : Math.round(to),
});
