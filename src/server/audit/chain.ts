import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';
import type { AuditEntry } from '../../protocol/api-steering.ts';

/** What the first entry of a chain follows. */
export const GENESIS = `sha256:${'0'.repeat(64)}`;

export type Unsealed = Omit<AuditEntry, 'hash'>;

/** `sha256:` over the RFC 8785 form of the entry without its own hash. */
export const hashOf = (entry: Unsealed): string => {
  const { hash: _, ...rest } = entry as Unsealed & { hash?: unknown };
  return `sha256:${createHash('sha256').update(canonicalize(rest)).digest('hex')}`;
};

/** True where the entry is unchanged and follows the one before it: nothing was changed, removed or reordered here. */
export const follows = (entry: AuditEntry, previousHash: string): boolean =>
  entry.previousHash === previousHash && hashOf(entry) === entry.hash;
