import { z } from 'zod';
import { Id } from './ids.ts';
import { Timestamp } from './values.ts';

/**
 * Every event of an incident. `eventId` and `seq` come from our relay only: a relay that knows the documented
 * contract alone sends neither. Unknown fields are kept, not dropped.
 */
export const eventParams = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.looseObject({
    incidentId: Id,
    timestamp: Timestamp.optional(),
    eventId: Id.optional(),
    seq: z.int().positive().optional(),
    ...shape,
  });
