import { createHash, timingSafeEqual } from 'node:crypto';
import type { AgentKey } from './principal.ts';

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

export type AgentKeys = { verify(key: string): AgentKey | undefined };

/** Keys are held as hashes and compared in constant time, all of them at every try. */
export const createAgentKeys = (pairs: readonly { key: string; tenantId: string }[]): AgentKeys => {
  const known = pairs.map(({ key, tenantId }) => {
    const digest = hash(key);
    return { digest, principal: { kind: 'agent', tenantId, keyId: digest.toString('hex', 0, 6) } as const };
  });
  return {
    verify(key) {
      const digest = hash(key);
      let found: AgentKey | undefined;
      for (const entry of known) if (timingSafeEqual(entry.digest, digest)) found = entry.principal;
      return found;
    },
  };
};
