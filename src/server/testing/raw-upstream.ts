import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';

/** What RFC 6455 §1.3 appends to a key. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const acceptOf = (head: string): string => {
  const key = /^sec-websocket-key: (.+)\r$/im.exec(head)?.[1] ?? '';
  return createHash('sha1').update(`${key}${GUID}`).digest('base64');
};

/** The answer of a relay that opens the connection. */
export const opening = (head: string): string =>
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(head)}\r\n\r\n`;

/**
 * Something in the relay's and the API's place that answers every request's head with what `answer` makes of it, and
 * from then on says what it is told; undefined: it says nothing, and keeps the connection open.
 */
export const startRawUpstream = async (answer: (head: string) => string | Buffer | undefined) => {
  const sockets = new Set<Socket>();
  const waiting: ((socket: Socket) => void)[] = [];
  const here: Socket[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    let head = '';
    const read = (chunk: Buffer): void => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', read);
      socket.resume();
      const text = answer(head);
      if (text !== undefined) socket.write(text);
      const taker = waiting.shift();
      if (taker === undefined) here.push(socket);
      else taker(socket);
    };
    socket.on('data', read);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    relayUrl: `ws://127.0.0.1:${port}/v1/connect`,
    apiUrl: `http://127.0.0.1:${port}`,
    /** The next connection whose head was answered. */
    next: (): Promise<Socket> => {
      const first = here.shift();
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first);
    },
    /** Those that nobody asked for are not the next any more. */
    forget: (): void => {
      here.splice(0);
    },
    connections: (): number => sockets.size,
    async stop(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

export type RawUpstream = Awaited<ReturnType<typeof startRawUpstream>>;
