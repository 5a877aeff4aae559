import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { NotificationsSubscribeParams } from '../../protocol/connection.ts';
import { RpcCode } from '../../protocol/errors.ts';
import { newId } from '../../protocol/ids.ts';
import { encodeNotification, type Incoming, parseFrame, type RpcResponse } from '../../protocol/json-rpc.ts';
import type { Session } from '../auth/sessions.ts';
import { count, failureLabel, type Meters } from '../metrics/meters.ts';
import { readEventSource, type ServerSentEvent } from './event-source.ts';
import { type Interception, readCapabilities } from './interception.ts';
import type { Side } from './side.ts';

const METHOD = 'notifications.subscribe';
/** A stream that is opened again may repeat its last events; one of these comes once. */
const KEPT_NAMES = 256;
/** Of a digest: so many that no two of those are alike. */
const NAME_CHARS = 16;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The notification that an event of the stream stands for; undefined for a ping and for what cannot be read. */
const toNotification = ({ id, type, data }: ServerSentEvent): string | undefined => {
  const content = readJson(data);
  if (!isRecord(content)) return undefined;
  const { type: ownType, ...params } = content;
  const method = typeof ownType === 'string' ? ownType : type;
  if (method === 'ping') return undefined;
  return encodeNotification(method, id === '' ? params : { ...params, eventId: id });
};

/**
 * Stands in for a relay that does not know `notifications.subscribe`: answers it here, and feeds the browser from the
 * API's stream of server-sent events. Against a relay that names the capability everything passes untouched.
 */
export const interceptNotifications = (options: {
  browser: Side;
  /** The session's token and tenant as they are now. */
  session: () => Session;
  apiUrl: URL;
  logger: Logger;
  meters: Meters;
}): Interception => {
  const { browser, session, apiUrl, logger, meters } = options;
  const subscriptionId = newId('sub');
  const ending = new AbortController();
  let isKnown: boolean | undefined;
  let isFed = false;
  const told = new Set<string>();
  browser.socket.on('close', () => ending.abort());

  /** Resolves when the next may be read: of events and of all else together no more than may wait for the browser. */
  const send = (text: string): Promise<void> =>
    new Promise((resolve) => {
      browser.send(text, { onTaken: resolve });
      if (!browser.isFull()) resolve();
    });

  /** Who does not take answers is not heard until they are taken: they would fill the memory. */
  const reply = (text: string): void => {
    browser.send(text);
    browser.holdBack(browser);
  };

  /** An event without an id of its own carries that of the one before it, so that the id alone does not tell. */
  const isRepeated = ({ id, data }: ServerSentEvent): boolean => {
    if (id === '') return false;
    const name = createHash('sha256').update(`${id}\n${data}`).digest('base64').slice(0, NAME_CHARS);
    if (told.has(name)) return true;
    told.add(name);
    const [oldest] = told;
    if (told.size > KEPT_NAMES && oldest !== undefined) told.delete(oldest);
    return false;
  };

  const feed = (afterEventId: string | undefined): void => {
    if (isFed) return;
    isFed = true;
    const url = new URL(apiUrl);
    url.pathname = `${apiUrl.pathname.replace(/\/$/, '')}/v1/notifications/stream`;
    void readEventSource({
      url,
      headers: () => ({ authorization: `Bearer ${session().token}`, 'x-tenant-id': session().person.tenantId }),
      lastEventId: afterEventId,
      signal: ending.signal,
      onBreak(status) {
        count(meters.upstreamFailures, `notifications:${status === 200 ? 'ended' : failureLabel(status)}`);
        logger.warn({ status }, 'the stream of notifications elsewhere ended');
      },
      async onEvent(event) {
        if (isRepeated(event)) return;
        const text = toNotification(event);
        if (text !== undefined) await send(text);
      },
    });
  };

  const answer = (item: Incoming & { kind: 'request' | 'notification' }): void => {
    const params = NotificationsSubscribeParams.safeParse(item.params);
    if (item.kind === 'request') {
      const error = { code: RpcCode.invalidParams, message: 'Invalid params' };
      const response: RpcResponse = params.success
        ? { jsonrpc: '2.0', id: item.id, result: { subscriptionId } }
        : { jsonrpc: '2.0', id: item.id, error };
      reply(JSON.stringify(response));
    }
    if (params.success) feed(params.data.afterEventId);
  };

  const isOurs = (item: Incoming): item is Incoming & { kind: 'request' | 'notification' } =>
    (item.kind === 'request' || item.kind === 'notification') && item.method === METHOD;

  /** A batch goes on without ours. */
  const takeFromBatch = (text: string, items: readonly Incoming[]): string | null | undefined => {
    const raw = readJson(text);
    if (!Array.isArray(raw) || !items.some(isOurs)) return undefined;
    for (const item of items) if (isOurs(item)) answer(item);
    const others = raw.filter((_, index) => {
      const item = items[index];
      return item === undefined || !isOurs(item);
    });
    return others.length === 0 ? null : JSON.stringify(others);
  };

  return {
    fromUpstream(text) {
      isKnown ??= readCapabilities(text())?.has('notifications');
      return undefined;
    },
    fromBrowser(read) {
      if (isKnown === true) return undefined;
      const text = read();
      if (!text.includes(METHOD)) return undefined;
      const frame = parseFrame(text);
      if (frame.kind === 'batch') return takeFromBatch(text, frame.items);
      if (frame.kind !== 'single' || !isOurs(frame.item)) return undefined;
      answer(frame.item);
      return null;
    },
  };
};
