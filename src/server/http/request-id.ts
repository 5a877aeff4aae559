import type { IncomingMessage } from 'node:http';
import { newId } from '../../protocol/ids.ts';

/** What others may name a request: enough for any id that is in use, and nothing that could be taken for more. */
const GIVEN = /^[\w.:@=+/-]{1,128}$/;

const names = new WeakMap<IncomingMessage, string>();

/** The id of a request: the one in its `X-Request-Id`, where that is one, or one of ours; always the same. */
export const requestIdOf = (request: IncomingMessage): string => {
  const known = names.get(request);
  if (known !== undefined) return known;
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && GIVEN.test(given) ? given : newId('req');
  names.set(request, id);
  return id;
};
