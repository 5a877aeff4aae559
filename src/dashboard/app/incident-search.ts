import { z } from 'zod';

/** `?event=` opens the timeline at that event. A number in the address is read as the text that it was. */
export const IncidentSearch = z.object({
  event: z.coerce.string().min(1).max(128).optional().catch(undefined),
});
