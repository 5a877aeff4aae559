import { fork } from 'node:child_process';
import { once } from 'node:events';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { compiledUrl } from '../../server/compiled.ts';
import type { Publisher, Side } from '../harness/side.ts';
import type { PeerOrder } from './peer-control.ts';

const Port = z.object({ port: z.number() });
const Delay = z.object({ maxDelayMs: z.number() });

export type Peer = Side & {
  /** Hands out so many events by itself. */
  fill(events: number, padding: string): Promise<void>;
};

const publishPlain = async (port: number): Promise<Publisher> => {
  const webSocket = new WebSocket(`ws://127.0.0.1:${port}/publish`, { perMessageDeflate: false });
  await once(webSocket, 'open');
  const waiting: (() => void)[] = [];
  webSocket.on('message', () => waiting.shift()?.());
  return {
    send: (messages) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        webSocket.send(JSON.stringify(messages));
      }),
    close: () => webSocket.close(),
  };
};

const publishSocketIo = async (port: number): Promise<Publisher> => {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], reconnection: false });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
  return {
    send: async (messages) => {
      await socket.emitWithAck('publish', messages);
    },
    close: () => socket.close(),
  };
};

const startPeer = async (
  name: string,
  script: string,
  args: readonly string[],
  dialect: 'plain' | 'socket.io',
): Promise<Peer> => {
  const child = fork(compiledUrl(import.meta.url, script), args, { execArgv: [] });
  const ask = async <Told>(schema: z.ZodType<Told>, order?: PeerOrder): Promise<Told> => {
    const answer = once(child, 'message');
    if (order !== undefined) child.send(order);
    return schema.parse((await answer)[0]);
  };
  const { port } = await ask(Port);
  return {
    name,
    pid: () => child.pid ?? 0,
    port: () => port,
    crowd: { dialect, incidentId: '' },
    publisher: () => (dialect === 'plain' ? publishPlain(port) : publishSocketIo(port)),
    maxDelayMs: async () => (await ask(Delay, { do: 'delay' })).maxDelayMs,
    async fill(events, padding) {
      await ask(z.object({ filled: z.number() }), { do: 'fill', events, padding });
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
};

export const startPlainWs = (): Promise<Peer> => startPeer('plain ws', './plain-ws-process.ts', [], 'plain');

export const startSocketIo = (recovery = false): Promise<Peer> =>
  startPeer('Socket.IO', './socket-io-process.ts', recovery ? ['recovery'] : [], 'socket.io');
