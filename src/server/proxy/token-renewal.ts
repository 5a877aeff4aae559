import type { Logger } from 'pino';
import { newId } from '../../protocol/ids.ts';
import { encodeRequest, parseFrame } from '../../protocol/json-rpc.ts';
import { type Change, readCapabilities } from './interception.ts';
import type { Side } from './side.ts';

/** A relay that takes a new token while connected announces it by this name. */
const CAPABILITY = 'refresh';

/**
 * Hands a session's new token to the relay by `auth.refresh`, so that the connection goes on. The browser sees nothing
 * of it: the answer is kept back. A relay without the capability keeps the old token, ends the connection with −32001
 * when it expires, and the browser comes again with the new one.
 */
export const createTokenRenewal = (upstream: Side, logger: Logger) => {
  const asked = new Set<string>();
  let isAble: boolean | undefined;
  let newest: string | undefined;

  const tell = (): void => {
    if (newest === undefined || isAble !== true || !upstream.isOpen()) return;
    const id = newId('conn');
    asked.add(id);
    upstream.send(encodeRequest(id, 'auth.refresh', { token: newest }));
    newest = undefined;
  };

  const isAnswer = (text: string): boolean => {
    const frame = parseFrame(text);
    const item = frame.kind === 'single' ? frame.item : undefined;
    if (item?.kind !== 'response' || typeof item.id !== 'string' || !asked.delete(item.id)) return false;
    if (item.error !== undefined) logger.warn('the relay did not take the new token');
    return true;
  };

  const fromUpstream: Change = (text) => {
    if (isAble === undefined) {
      isAble = readCapabilities(text())?.has(CAPABILITY);
      tell();
    } else if (asked.size > 0 && isAnswer(text())) return null;
    return undefined;
  };

  return {
    fromUpstream,
    /** The session has this token from now on. */
    renew(token: string): void {
      newest = token;
      tell();
    },
  };
};
