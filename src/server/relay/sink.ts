import type { WebSocket } from 'ws';

/** Above this a reader has fallen behind, and its live feed is replaced by pages from the log. */
const HIGH_WATER_BYTES = 1024 * 1024;
/** Below this the next page is read. */
const LOW_WATER_BYTES = 128 * 1024;

/** The writing side of a socket: knows how much the reader has not taken yet, and since when it takes nothing. */
export type Sink = {
  send(text: string): void;
  /** The reader is so far behind that nothing more should be queued for it. */
  isFull(): boolean;
  /** Resolves when there is room for a page: to false once the socket is closed. */
  room(): Promise<boolean>;
  /** Milliseconds for which the reader has taken nothing while something waits for it; 0 otherwise. */
  stalledMs(): number;
  closed(): void;
};

export const createSink = (socket: WebSocket, elapsed: () => number): Sink => {
  let waiting: ((open: boolean) => void)[] = [];
  let progressAt = elapsed();
  let isClosed = false;

  const release = (open: boolean): void => {
    const resolvers = waiting;
    waiting = [];
    for (const resolve of resolvers) resolve(open);
  };

  const onTaken = (): void => {
    progressAt = elapsed();
    if (waiting.length > 0 && socket.bufferedAmount <= LOW_WATER_BYTES) release(true);
  };

  return {
    send(text) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount === 0) progressAt = elapsed();
      socket.send(text, onTaken);
    },
    isFull: () => socket.bufferedAmount > HIGH_WATER_BYTES,
    room() {
      if (isClosed) return Promise.resolve(false);
      if (socket.bufferedAmount <= LOW_WATER_BYTES) return Promise.resolve(true);
      return new Promise((resolve) => waiting.push(resolve));
    },
    stalledMs: () => (socket.bufferedAmount > 0 ? elapsed() - progressAt : 0),
    closed() {
      isClosed = true;
      release(false);
    },
  };
};
