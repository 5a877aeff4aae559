import { createServer, type IncomingMessage } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { incidentEvents } from '../../protocol/down.ts';
import { newId } from '../../protocol/ids.ts';
import { type Incoming, parseFrame, type RpcParams } from '../../protocol/json-rpc.ts';
import { createFakeStore, type StoredEvent } from './fake-store.ts';

/** What the relay does with a frame: answer it, or act out a failure. */
export type Behaviour =
  | 'answer'
  /** The connection breaks before anything is stored. */
  | 'drop-before-storing'
  /** Everything is stored, and the connection breaks before the answer. */
  | 'drop-before-answering'
  | { refuse: { code: number; message: string; data?: Record<string, unknown> } };

type Client = { socket: WebSocket; subscriptions: Map<string, string>; dispatches: boolean };
type Reply = { text: string; after?: () => void };

const params = (item: { params: RpcParams | 'positional' | 'malformed' }): RpcParams =>
  typeof item.params === 'object' ? item.params : {};

const notification = ({ method, params: content }: StoredEvent): string =>
  JSON.stringify({ jsonrpc: '2.0', method, params: content });

/** A relay of one tenant in memory, for tests: stores, de-duplicates, replays, dispatches, and fails on request. */
export const startFakeRelay = async () => {
  const store = createFakeStore();
  const clients = new Set<Client>();
  const frames: Incoming[][] = [];
  const keys: (string | undefined)[] = [];
  let behave: (items: readonly Incoming[], frame: number) => Behaviour = () => 'answer';
  let upgradeStatus: number | undefined;

  /** Events go out after the answers to what brought them, as from a relay that fans out on its own time. */
  const outgoing: StoredEvent[] = [];
  const fanOut = (event: StoredEvent): void => {
    outgoing.push(event);
    setImmediate(() => {
      for (const next of outgoing.splice(0)) broadcast(next);
    });
  };

  const broadcast = (event: StoredEvent): void => {
    for (const client of clients) {
      if (client.subscriptions.has(event.incidentId)) client.socket.send(notification(event));
    }
  };

  const dispatchTo = (client: Client): void => {
    for (const dispatch of store.pending()) {
      const text = JSON.stringify({ jsonrpc: '2.0', method: 'investigation.dispatched', params: dispatch });
      if (client.dispatches) client.socket.send(text);
    }
  };

  const subscribe = (client: Client, wanted: RpcParams): { result: object; after: () => void } => {
    const incidentId = String(wanted.incidentId);
    const known = client.subscriptions.get(incidentId);
    const subscriptionId = known ?? newId('sub');
    client.subscriptions.set(incidentId, subscriptionId);
    const all = store.events(incidentId);
    const headSeq = all.length;
    const reset = typeof wanted.epoch === 'string' && wanted.epoch !== store.epoch();
    const position = reset ? 0 : typeof wanted.afterSeq === 'number' ? wanted.afterSeq : headSeq;
    return {
      result: { subscriptionId, incidentId, epoch: store.epoch(), headSeq, ...(reset ? { reset } : {}) },
      after: () => {
        const replay = known === undefined ? all.slice(position).map(notification) : [];
        if (replay.length > 0) client.socket.send(`[${replay.join(',')}]`);
      },
    };
  };

  const handle = (client: Client, method: string, given: RpcParams): { result: object; after?: () => void } => {
    if (method === 'ping') return { result: { pong: true } };
    if (method === 'investigation.subscribe') return subscribe(client, given);
    if (method === 'investigation.unsubscribe') {
      client.subscriptions.delete(String(given.incidentId));
      return { result: { incidentId: given.incidentId } };
    }
    if (method === 'dispatch.subscribe') {
      client.dispatches = true;
      return { result: {}, after: () => dispatchTo(client) };
    }
    if (method === 'incident.created') {
      const { eventId, seq, incidentId } = store.open(given);
      return { result: { eventId, seq, incidentId }, after: () => clients.forEach(dispatchTo) };
    }
    if (!Object.hasOwn(incidentEvents, method)) throw new Error(`unknown method ${method}`);
    const { event, isNew } = store.append(method, given);
    return {
      result: { eventId: event.params.eventId, seq: event.params.seq },
      after: () => {
        if (isNew) fanOut(event);
      },
    };
  };

  const replyTo = (client: Client, item: Incoming, behaviour: Behaviour): Reply | undefined => {
    if (item.kind !== 'request' && item.kind !== 'notification') return undefined;
    const id = item.kind === 'request' ? item.id : undefined;
    const text = (outcome: object): string => JSON.stringify({ jsonrpc: '2.0', id, ...outcome });
    if (typeof behaviour === 'object') return { text: text({ error: behaviour.refuse }) };
    const { result, after: next } = handle(client, item.method, params(item));
    return { text: id === undefined ? '' : text({ result }), ...(next === undefined ? {} : { after: next }) };
  };

  const onFrame = (client: Client, text: string): void => {
    const frame = parseFrame(text);
    const items = frame.kind === 'single' ? [frame.item] : frame.kind === 'batch' ? frame.items : [];
    frames.push(items);
    const behaviour = behave(items, frames.length);
    if (behaviour === 'drop-before-storing') return client.socket.terminate();
    const replies = items.flatMap((item) => replyTo(client, item, behaviour) ?? []);
    if (behaviour === 'drop-before-answering') client.socket.terminate();
    const answers = replies.map((reply) => reply.text).filter((answer) => answer !== '');
    if (answers.length > 0) {
      client.socket.send(frame.kind === 'batch' ? `[${answers.join(',')}]` : String(answers[0]));
    }
    for (const { after } of replies) after?.();
  };

  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    keys.push(String(request.headers['x-api-key'] ?? '') || undefined);
    if (upgradeStatus !== undefined)
      return socket.end(`HTTP/1.1 ${upgradeStatus} Refused\r\nContent-Length: 0\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const client: Client = { socket: webSocket, subscriptions: new Map(), dispatches: false };
      clients.add(client);
      webSocket.on('close', () => clients.delete(client));
      webSocket.on('message', (data) => onFrame(client, data.toString()));
      const connected = { connectionId: newId('conn'), tenantId: 'ten_test', serverTime: new Date().toISOString() };
      webSocket.send(JSON.stringify({ jsonrpc: '2.0', method: 'connected', params: connected }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    url: `ws://127.0.0.1:${port}/v1/connect`,
    store,
    frames,
    keys,
    clients: () => clients.size,
    /** Decides what happens to each frame from now on. */
    behave: (decide: typeof behave) => {
      behave = decide;
    },
    refuseUpgrades: (status: number | undefined) => {
      upgradeStatus = status;
    },
    /** As if somebody else had published it: a person's decision, another agent's event. */
    publish: (method: string, given: RpcParams): StoredEvent => {
      const { event, isNew } = store.append(method, given);
      if (isNew) fanOut(event);
      return event;
    },
    /** Sends an event again, as a relay does that lost its place. */
    repeat: broadcast,
    dispatchAgain: () => clients.forEach(dispatchTo),
    dropAll: (code?: number) => {
      for (const { socket } of clients) code === undefined ? socket.terminate() : socket.close(code);
    },
    close: async () => {
      for (const { socket } of clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

export type FakeRelay = Awaited<ReturnType<typeof startFakeRelay>>;
