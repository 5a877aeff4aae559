import { createHash } from 'node:crypto';
import type { IdPrefix } from '../../protocol/ids.ts';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID = /^[a-z]+_([0-7][0-9A-HJKMNP-TV-Z]{25})$/;
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;

const lettersOf = (text: string, count: number): string =>
  Array.from(
    createHash('sha256').update(text).digest().subarray(0, count),
    (byte) => CROCKFORD[byte % CROCKFORD.length],
  ).join('');

/** The id of what has no other name than this text. It has a ULID's form, and tells no time. */
export const namedId = (prefix: IdPrefix, name: string): string =>
  `${prefix}_0${lettersOf(name, TIME_CHARS - 1 + RANDOM_CHARS)}`;

/**
 * The id of what follows from something else: always the same for the same cause and purpose, so that doing it again
 * after a crash, or on a second node, does nothing. It has a ULID's form and, where the cause has one, its time.
 */
export const derivedId = (prefix: IdPrefix, cause: string, purpose: string): string => {
  const time = ULID.exec(cause)?.[1]?.slice(0, TIME_CHARS) ?? '0'.repeat(TIME_CHARS);
  return `${prefix}_${time}${lettersOf(`${purpose}:${cause}`, RANDOM_CHARS)}`;
};
