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

const ulid = monotonicFactory();

/** A new id, `<prefix>_<ULID>`; within one process ids made later sort later. */
export const newId = (prefix: IdPrefix): string => `${prefix}_${ulid()}`;
