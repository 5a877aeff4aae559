import { z } from 'zod';
import type { Role } from '../../protocol/values.ts';

/**
 * What a tenant may be called: printable ASCII without a space, because it travels in a header, and without a slash,
 * because names of a tenant's things are made as `tenant/thing` and must not be another's.
 */
export const TenantId = z.string().regex(/^[!-.0-~]{1,128}$/);

/** Who is calling: a person with a token, or an agent with a key. Both belong to one tenant. */
export type Person = {
  kind: 'person';
  userId: string;
  email: string;
  name: string;
  tenantId: string;
  roles: readonly Role[];
  /** Epoch milliseconds. */
  expiresAt: number;
};

export type AgentKey = { kind: 'agent'; tenantId: string; keyId: string };

export type Principal = Person | AgentKey;

export const isAdmin = (principal: Principal): principal is Person =>
  principal.kind === 'person' && principal.roles.includes('admin');
