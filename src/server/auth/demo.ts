import { randomBytes } from 'node:crypto';
import type { Role } from '../../protocol/values.ts';
import type { StateStore } from '../log/state-store.ts';
import { signToken } from './tokens.ts';

export const DEMO_TENANT = 'ten_demo';
const LIFETIME_S = 12 * 3600;

const PEOPLE = {
  admin: { userId: 'usr_demo_admin', email: 'ana@demo.example', name: 'Ana Moreau', roles: ['admin'] },
  member: { userId: 'usr_demo_member', email: 'ben@demo.example', name: 'Ben Okafor', roles: ['member'] },
} as const;

/** The demo's signing secret: random, made once and kept with the data, so that sessions outlive a restart. */
export const demoSecret = async (store: StateStore): Promise<string> => {
  const made = randomBytes(32).toString('base64url');
  await store.put('demo', 'secret', made, { expect: 'absent' });
  return (await store.get<string>('demo', 'secret'))?.value ?? made;
};

export const demoToken = (secret: string, role: Role): Promise<string> =>
  signToken(secret, { ...PEOPLE[role], tenantId: DEMO_TENANT }, LIFETIME_S);
