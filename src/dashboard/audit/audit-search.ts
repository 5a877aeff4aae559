import { z } from 'zod';

const words = z.coerce.string().max(200).optional().catch(undefined);

/** What the address of the audit may say; anything else in it is left out. */
export const AuditSearch = z.object({
  action: words,
  actor: z.enum(['user', 'ai_agent', 'system']).optional().catch(undefined),
  incident: words,
});
export type AuditSearch = z.infer<typeof AuditSearch>;
