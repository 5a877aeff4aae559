import { createServer, connect as dial, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

export type FaultProxy = {
  port: number;
  /** Cuts every connection at once, wherever in a frame that is. */
  cutAll(): void;
  /** Cuts each connection after so many more bytes from the server; undefined: never. */
  cutAfterBytes(bytes: number | undefined): void;
  /** Cuts the next connections, one after the other, each after so many bytes from the server. */
  cutNext(bytes: readonly number[]): void;
  /** How many bytes came through from the server so far. */
  passedBytes(): number;
  /** Holds back what comes from the server for so long. */
  delay(milliseconds: number): void;
  close(): Promise<void>;
};

/** `held` counts the chunks that wait for a delay to pass: what comes behind them waits too. */
type Pair = { client: Socket; upstream: Socket; left: number | undefined; held: number; passing: Promise<void> };

/** A TCP proxy on loopback that does to a connection what networks do; who listens behind it is asked each time. */
export const startFaultProxy = async (targetPort: number | (() => number)): Promise<FaultProxy> => {
  const pairs = new Set<Pair>();
  let left: number | undefined;
  let delayMs = 0;
  let passed = 0;
  const cuts: number[] = [];

  const server = createServer((client) => {
    const upstream = dial({ port: typeof targetPort === 'number' ? targetPort : targetPort(), host: '127.0.0.1' });
    const pair: Pair = { client, upstream, left: cuts.shift() ?? left, held: 0, passing: Promise.resolve() };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      socket.on('error', end);
      socket.on('close', end);
    }
    client.on('data', (bytes) => upstream.write(bytes));
    const forward = (bytes: Buffer): void => {
      passed += bytes.length;
      if (pair.left === undefined) return void client.write(bytes);
      client.write(bytes.subarray(0, pair.left));
      pair.left -= bytes.length;
      // Ended, not destroyed: what was let through arrives, and nothing after it.
      if (pair.left <= 0) client.end();
    };
    upstream.on('data', (bytes: Buffer) => {
      if (delayMs === 0 && pair.held === 0) return forward(bytes);
      const due = Date.now() + delayMs;
      pair.held += 1;
      pair.passing = pair.passing.then(async () => {
        await setTimeout(Math.max(0, due - Date.now()));
        pair.held -= 1;
        forward(bytes);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();

  const cutAll = (): void => {
    for (const { client, upstream } of pairs) {
      client.destroy();
      upstream.destroy();
    }
  };

  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cutAll,
    cutAfterBytes(bytes) {
      left = bytes;
      for (const pair of pairs) pair.left = bytes;
    },
    cutNext: (bytes) => void cuts.push(...bytes),
    passedBytes: () => passed,
    delay(milliseconds) {
      delayMs = milliseconds;
    },
    async close() {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
