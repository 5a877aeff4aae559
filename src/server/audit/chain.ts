import type { AuditEntry } from '../../protocol/api-steering.ts';
import { digestOf } from '../incidents/digest.ts';

/** What the first entry of a chain follows. */
export const GENESIS = `sha256:${'0'.repeat(64)}`;

type Unsealed = Omit<AuditEntry, 'hash'>;

/** `sha256:` over the RFC 8785 form of the entry without its own hash. */
export const hashOf = (entry: Unsealed): string => {
  const { hash: _, ...rest } = entry as Unsealed & { hash?: unknown };
  return digestOf(rest);
};

export type Verdict = { auditId: string; verified: boolean; computedHash: string | null; storedHash: string | null };

/**
 * Verifies entries of a chain: each must be unchanged and follow the entry before it, so that what was changed,
 * removed or reordered is found. The hashes are null where there is no such entry.
 */
export const verifyEntries = (chain: readonly AuditEntry[], auditIds: readonly string[]): readonly Verdict[] => {
  const places = new Map(chain.map((entry, index) => [entry.auditId, index]));
  return auditIds.map((auditId) => {
    const index = places.get(auditId);
    const entry = index === undefined ? undefined : chain[index];
    if (index === undefined || entry === undefined) {
      return { auditId, verified: false, computedHash: null, storedHash: null };
    }
    const previousHash = index === 0 ? GENESIS : (chain[index - 1]?.hash ?? GENESIS);
    const computedHash = hashOf({ ...entry, previousHash });
    const verified = entry.previousHash === previousHash && computedHash === entry.hash;
    return { auditId, verified, computedHash, storedHash: entry.hash };
  });
};
