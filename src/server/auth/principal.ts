import type { Role } from '../../protocol/values.ts';

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
