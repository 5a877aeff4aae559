import { type Incoming, parseFrame, type RpcParams } from '../protocol/json-rpc.ts';
import type { SocketEnd } from './after-close.ts';
import { type RpcError, readRpcError } from './rpc-error.ts';
import { openSocket } from './socket.ts';

/** The relay closes after 60 s without a word from us. */
const PING_EVERY_MS = 30_000;
/** Upgrade and `connected` together. */
const HANDSHAKE_WITHIN_MS = 10_000;
/** A socket on which nothing at all came for so long after a request is dead, whatever TCP believes. */
const ANSWER_WITHIN_MS = 20_000;

export type Answer = { kind: 'result'; result: unknown } | { kind: 'error'; error: RpcError } | { kind: 'lost' };

/** `paramsText` is JSON. With `onAnswer` it is a request, answered exactly once; without, a notification. */
export type Message = { method: string; paramsText: string; onAnswer?: (answer: Answer) => void };

/** One life of the connection, usable from `connected` on. */
export type Session = {
  /** Writes the messages as one frame. */
  send: (messages: readonly Message[]) => void;
  call: (method: string, params: object) => Promise<Answer>;
  close: () => void;
};

export type SessionOptions = {
  url: string;
  apiKey: string;
  onReady: (session: Session, connectionId: string) => void;
  onNotification: (method: string, params: RpcParams) => void;
  onEnd: (end: SocketEnd) => void;
};

/** Opens a socket and speaks JSON-RPC on it: answers find their requests, pings keep it, silence ends it. */
export const openSession = (options: SessionOptions): { close: () => void } => {
  const waiting = new Map<number, (answer: Answer) => void>();
  let nextId = 1;
  let ready = false;
  let lastError: RpcError | undefined;
  let silence: NodeJS.Timeout | undefined;
  let pings: NodeJS.Timeout | undefined;

  const expectLife = (): void => {
    silence ??= setTimeout(() => socket.terminate(), ANSWER_WITHIN_MS);
  };

  const send = (messages: readonly Message[]): void => {
    const texts = messages.map(({ method, paramsText, onAnswer }) => {
      const rest = `"method":${JSON.stringify(method)},"params":${paramsText}}`;
      if (onAnswer === undefined) return `{"jsonrpc":"2.0",${rest}`;
      const id = nextId;
      nextId += 1;
      waiting.set(id, onAnswer);
      expectLife();
      return `{"jsonrpc":"2.0","id":${id},${rest}`;
    });
    const [first] = texts;
    if (first !== undefined) socket.send(texts.length === 1 ? first : `[${texts.join(',')}]`);
  };

  const call = (method: string, params: object): Promise<Answer> =>
    new Promise((resolve) => send([{ method, paramsText: JSON.stringify(params), onAnswer: resolve }]));

  const session: Session = { send, call, close: () => socket.close() };

  const onConnected = (params: RpcParams): void => {
    if (ready) return;
    ready = true;
    clearTimeout(handshake);
    pings = setInterval(() => void call('ping', {}), PING_EVERY_MS);
    options.onReady(session, typeof params.connectionId === 'string' ? params.connectionId : '');
  };

  const onResponse = (item: Extract<Incoming, { kind: 'response' }>): void => {
    if (item.id === null && item.error !== undefined) lastError = readRpcError(item.error);
    if (typeof item.id !== 'number') return;
    const onAnswer = waiting.get(item.id);
    waiting.delete(item.id);
    onAnswer?.(
      item.error === undefined
        ? { kind: 'result', result: item.result }
        : { kind: 'error', error: readRpcError(item.error) },
    );
  };

  const onItem = (item: Incoming): void => {
    if (item.kind === 'response') return onResponse(item);
    if (item.kind !== 'notification' || typeof item.params !== 'object') return;
    if (item.method === 'connected') return onConnected(item.params);
    options.onNotification(item.method, item.params);
  };

  const socket = openSocket({
    url: options.url,
    apiKey: options.apiKey,
    onText: (text) => {
      clearTimeout(silence);
      silence = undefined;
      const frame = parseFrame(text);
      if (frame.kind === 'single') onItem(frame.item);
      else if (frame.kind === 'batch') for (const item of frame.items) onItem(item);
      if (waiting.size > 0) expectLife();
    },
    onEnd: (end) => {
      clearTimeout(handshake);
      clearTimeout(silence);
      clearInterval(pings);
      const lost = [...waiting.values()];
      waiting.clear();
      for (const onAnswer of lost) onAnswer({ kind: 'lost' });
      options.onEnd(end.kind === 'closed' ? { ...end, lastError } : end);
    },
  });
  const handshake = setTimeout(() => socket.terminate(), HANDSHAKE_WITHIN_MS);
  return session;
};
