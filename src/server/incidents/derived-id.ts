import { createHash } from 'node:crypto';
import type { IdPrefix } from '../../protocol/ids.ts';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID = /^[a-z]+_([0-7][0-9A-HJKMNP-TV-Z]{25})$/;
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;

/**
 * The id of what follows from something else: always the same for the same cause and purpose, so that doing it again
 * after a crash, or on a second node, does nothing. It has a ULID's form and, where the cause has one, its time.
 */
export const derivedId = (prefix: IdPrefix, cause: string, purpose: string): string => {
  const time = ULID.exec(cause)?.[1]?.slice(0, TIME_CHARS) ?? '0'.repeat(TIME_CHARS);
  const bytes = createHash('sha256').update(`${purpose}:${cause}`).digest().subarray(0, RANDOM_CHARS);
  const rest = Array.from(bytes, (byte) => CROCKFORD[byte % CROCKFORD.length]).join('');
  return `${prefix}_${time}${rest}`;
};
