import { ApiProblem } from '../api-problem.ts';

/** A place in a list, opaque to the client: the sort key of the last row that it got. */
export const encodeCursor = (key: readonly string[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');

export const unknownCursor = (): ApiProblem => new ApiProblem(400, 'validation_error', 'cursor: unknown cursor');

/** 400 for anything that `encodeCursor` didn't make. */
export const decodeCursor = (cursor: string, length: number): readonly string[] => {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const isKey = Array.isArray(key) && key.length === length && key.every((part) => typeof part === 'string');
    // Decoding skips what is no base64url: of all its spellings only ours is one.
    if (isKey && encodeCursor(key) === cursor) return key;
  } catch {
    // Falls through: what can't be decoded is refused like what decodes to something else.
  }
  throw unknownCursor();
};
