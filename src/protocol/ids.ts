import { monotonicFactory } from 'ulid';
import { z } from 'zod';

/**
 * Any non-empty string up to 128 characters. Ids are read as they come and never parsed. No NUL and no half of a
 * surrogate pair: stores cut at the one and merge the other, and two ids would become one.
 */
export const Id = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^\0\p{Surrogate}]*$/u);

export type IdPrefix =
  | 'inc'
  | 'rem'
  | 'apr'
  | 'evt'
  | 'evi'
  | 'hyp'
  | 'conn'
  | 'sub'
  | 'ten'
  | 'usr'
  | 'ptn'
  | 'fbk'
  | 'aud'
  | 'req';

/** Browsers and Node have it under this name. */
declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };

const POOL_BYTES = 4_096;
const pool = new Uint8Array(POOL_BYTES);
let used = POOL_BYTES;

/** Between 0 and less than 1, from the system's randomness, which costs more to ask than to give: many bytes at a time. */
const random = (): number => {
  if (used === POOL_BYTES) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const byte = pool[used] ?? 0;
  used += 1;
  return byte / 256;
};

const ulid = monotonicFactory(random);

/** A new id, `<prefix>_<ULID>`; within one process ids made later sort later. Joined, it is one string and not many parts. */
export const newId = (prefix: IdPrefix): string => [prefix, ulid()].join('_');
