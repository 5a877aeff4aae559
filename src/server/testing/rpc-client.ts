import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';

export type Message = {
  jsonrpc?: string;
  id?: unknown;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { code: number; message: string; data?: Record<string, unknown> };
};

export type RpcClient = {
  /** Every message so far, those of batches one by one. */
  messages: readonly Message[];
  /** Every frame so far as its text. */
  frames: readonly string[];
  /** Sends a request and resolves to its whole answer, a result or an error. */
  ask(method: string, params?: unknown): Promise<Message>;
  /** Sends a request and resolves to its result; an error rejects. */
  call(method: string, params?: unknown): Promise<Record<string, unknown>>;
  notify(method: string, params?: unknown): void;
  /** Sends a text (or bytes) as it is, anything else as JSON. */
  send(frame: unknown): void;
  /** The first message that fits, whether it is there already or comes. */
  next(fits: (message: Message) => boolean): Promise<Message>;
  /** The params of the events in one incident's own stream so far. */
  events(incidentId: string): readonly Record<string, unknown>[];
  /** Resolves when something is true of this client; looked at after every message. */
  until(isTrue: () => boolean): Promise<void>;
  closed: Promise<{ code: number; reason: string }>;
  /** The connection below, for a client that stops to read. */
  socket: Socket;
  webSocket: WebSocket;
  close(code?: number, reason?: string): void;
};

const isMessage = (value: unknown): value is Message => typeof value === 'object' && value !== null;

/** How long anything may take that a test waits for. */
const PATIENCE_MS = 20_000;

let lastId = 0;

/** A real WebSocket client; resolves once it is open. */
export const connect = async (
  url: string,
  headers: Record<string, string> = {},
  options: ClientOptions = {},
): Promise<RpcClient> => {
  const webSocket = new WebSocket(url.replace(/^http/, 'ws'), { headers, ...options });
  const messages: Message[] = [];
  const frames: string[] = [];
  const watchers = new Set<() => void>();
  const look = (): void => {
    for (const watcher of watchers) watcher();
  };

  let socket: Socket | undefined;
  webSocket.on('upgrade', (response) => {
    socket = response.socket;
  });
  webSocket.on('message', (data) => {
    const text = data.toString();
    frames.push(text);
    const content: unknown = JSON.parse(text);
    for (const item of Array.isArray(content) ? content : [content]) if (isMessage(item)) messages.push(item);
    look();
  });
  let ended: string | undefined;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    webSocket.on('close', (code, reason) => {
      ended = `closed with ${code} ${reason.toString()}`;
      resolve({ code, reason: reason.toString() });
      look();
    });
  });
  await new Promise<void>((resolve, reject) => {
    webSocket.once('open', resolve);
    webSocket.once('error', reject);
  });
  webSocket.on('error', () => undefined);

  const wait = <Found>(find: () => Found | undefined, what: string): Promise<Found> =>
    new Promise((resolve, reject) => {
      const end = (act: () => void): void => {
        clearTimeout(timer);
        watchers.delete(watcher);
        act();
      };
      const fail = (why: string): void =>
        end(() => reject(new Error(`${what}: ${why}; the newest frames: ${frames.slice(-3).join(' ').slice(0, 600)}`)));
      const watcher = (): void => {
        const found = find();
        if (found !== undefined) end(() => resolve(found));
        else if (ended !== undefined) fail(ended);
      };
      const timer = setTimeout(() => fail('did not come'), PATIENCE_MS);
      watchers.add(watcher);
      watcher();
    });

  /** Looks at each message once, for there may be very many. */
  const finderOf =
    (fits: (message: Message) => boolean, from = 0): (() => Message | undefined) =>
    () => {
      for (; from < messages.length; from += 1) {
        const message = messages[from];
        if (message !== undefined && fits(message)) return message;
      }
      return undefined;
    };

  const send = (frame: unknown): void =>
    webSocket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));

  const ask = (method: string, params: unknown = {}): Promise<Message> => {
    lastId += 1;
    const id = `call-${lastId}`;
    const finder = finderOf((message) => message.id === id, messages.length);
    send({ jsonrpc: '2.0', id, method, params });
    return wait(finder, `the answer to ${method}`);
  };

  if (socket === undefined) throw new Error('The connection is open without a socket.');
  return {
    messages,
    frames,
    ask,
    async call(method, params) {
      const { result, error } = await ask(method, params);
      if (result === undefined) throw new Error(`${method} was refused: ${JSON.stringify(error)}`);
      return result;
    },
    notify: (method, params = {}) => send({ jsonrpc: '2.0', method, params }),
    send,
    next: (fits) => wait(finderOf(fits), 'a message'),
    events: (incidentId) =>
      messages.flatMap(({ method, params }) =>
        method !== undefined && params?.incidentId === incidentId && params.seq !== undefined ? [params] : [],
      ),
    until: async (isTrue) => {
      await wait(() => (isTrue() ? true : undefined), 'what was waited for');
    },
    closed,
    socket,
    webSocket,
    close: (code, reason) => webSocket.close(code, reason),
  };
};

export type HttpAnswer = { status: number; headers: Record<string, unknown>; text: string };

/** Asks for an upgrade that is expected to be refused, and reads the plain HTTP answer. */
export const refusedUpgrade = (url: string, headers: Record<string, string> = {}): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(url, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...headers,
      },
    });
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new Error('The upgrade was not refused.'));
    });
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on('error', reject);
    request.end();
  });
