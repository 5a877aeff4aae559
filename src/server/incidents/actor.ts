import { z } from 'zod';
import type { Person, Principal } from '../auth/principal.ts';

/** Who acted, as their token or key says it. */
const Actor = z.object({ type: z.enum(['user', 'ai_agent']), id: z.string(), email: z.string().optional() });
type Actor = z.infer<typeof Actor>;

/** An e-mail address is for people to read; who somebody is, the token's subject says. */
export const nameOf = ({ email, userId }: Pick<Person, 'email' | 'userId'>): string => (email === '' ? userId : email);

/** What goes as `actor` into the params of what they do. Everything else in there may be what they say of themselves. */
export const actorOf = (principal: Principal): Actor =>
  principal.kind === 'agent'
    ? { type: 'ai_agent', id: principal.keyId }
    : { type: 'user', id: principal.userId, ...(principal.email === '' ? {} : { email: principal.email }) };

/** Who the server found to have acted; undefined in what it does by itself, and in events from before it said so. */
export const readActor = (params: Record<string, unknown>): Actor | undefined => Actor.safeParse(params.actor).data;
