import { bearer } from '../../server/testing/people.ts';

/** How a client talks to one of the servers under test, beyond the WebSocket itself. */
export type DialectName = 'relay' | 'plain' | 'socket.io';

export type Talk = { send(text: string): void; ready(): void };

export type Dialect = {
  path: string;
  headers: Record<string, string>;
  /** Once the WebSocket is open. */
  opened(talk: Talk): void;
  /** A frame that may concern more than the count: at the beginning, and whatever is short. */
  heard(text: string, talk: Talk): void;
};

export type DialectOptions = {
  /** Who connects; the relay lets nobody in without. */
  token: string;
  incidentId: string;
  /** The seq of the last event that this client has; null: only what comes from now on. */
  afterSeq: number | null;
};

const relay = ({ token, incidentId, afterSeq }: DialectOptions): Dialect => ({
  path: '/v1/connect',
  headers: bearer(token),
  opened({ send }) {
    const params = { incidentId, batch: true, ...(afterSeq === null ? {} : { afterSeq }) };
    send(JSON.stringify({ jsonrpc: '2.0', id: 'subscribe', method: 'investigation.subscribe', params }));
  },
  heard(text, { ready }) {
    if (text.includes('"id":"subscribe"')) ready();
  },
});

const plain = (): Dialect => ({
  path: '/',
  headers: {},
  opened: ({ ready }) => ready(),
  heard: () => undefined,
});

/** Engine.IO 4 with the Socket.IO 5 protocol, over WebSocket from the start. */
const socketIo = (memory: { pid: string; offset: string }): Dialect => ({
  path: '/socket.io/?EIO=4&transport=websocket',
  headers: {},
  opened: () => undefined,
  heard(text, { send, ready }) {
    if (text.startsWith('0{')) send(memory.pid === '' ? '40' : `40${JSON.stringify(memory)}`);
    else if (text === '2') send('3');
    else if (text.startsWith('40{')) {
      memory.pid = /"pid":"([^"]+)"/.exec(text)?.[1] ?? memory.pid;
      ready();
    } else if (text.startsWith('42[')) memory.offset = /,"([^"]+)"\]$/.exec(text)?.[1] ?? memory.offset;
  },
});

/** A client's way to talk, made anew for each of its connections; what Socket.IO recovers by goes from one to the next. */
export const createDialects = (name: DialectName): ((options: DialectOptions) => Dialect) => {
  const memory = { pid: '', offset: '' };
  return (options) => (name === 'relay' ? relay(options) : name === 'plain' ? plain() : socketIo(memory));
};
