import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** As the developer tools of Chrome have fast 3G: of a round trip in milliseconds, and bytes a second each way. */
export const FAST_3G = { roundTripMs: 562.5, downPerSecond: 180_000, upPerSecond: 84_375 };

type Shape = typeof FAST_3G;

const at = (time: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, time - performance.now())));

/** One way of the link, which all connections share: one chunk after the other, and each half a round trip later. */
const createWay = (perSecond: number, roundTripMs: number) => {
  let freeAt = 0;
  return (from: Socket, to: Socket, ready: Promise<void>): void => {
    let last = ready;
    const after = (run: () => void, bytes: number): void => {
      freeAt = Math.max(freeAt, performance.now()) + (bytes / perSecond) * 1_000;
      const arrives = freeAt + roundTripMs / 2;
      last = last.then(() => at(arrives)).then(run);
    };
    from.on('data', (chunk) => after(() => void to.write(chunk), chunk.length));
    from.on('end', () => after(() => void to.end(), 0));
    from.on('error', () => to.destroy());
  };
};

/** A server as over a slow network: what it is told and what it answers is late and narrow, and a connection is late. */
export const openSlowLink = async (
  portOfServer: () => number,
  { roundTripMs, downPerSecond, upPerSecond }: Shape,
): Promise<{ address: string; stop(): Promise<void> }> => {
  const sockets = new Set<Socket>();
  const up = createWay(upPerSecond, roundTripMs);
  const down = createWay(downPerSecond, roundTripMs);
  const server = createServer((client) => {
    const upstream = connect(portOfServer(), '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('close', () => upstream.destroy());
    // A connection is opened by a round trip of its own.
    up(client, upstream, at(performance.now() + roundTripMs));
    down(upstream, client, Promise.resolve());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
