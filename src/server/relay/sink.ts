import type { WebSocket } from 'ws';
import type { ReaderShare } from './share.ts';

/** The writing side of a socket: knows how much the reader has not taken yet, and since when it takes nothing. */
export type Sink = {
  send(text: string): void;
  /** The reader is so far behind that nothing more should be queued for it. */
  isFull(): boolean;
  /** How many bytes more may be queued for it until it is; negative where it is. */
  leftBytes(): number;
  /** How many bytes wait for it. */
  waitingBytes(): number;
  /** How large a page of the log may be. */
  pageBytes(): number;
  /** Resolves when there is room for a page: to false once the socket is closed. */
  room(): Promise<boolean>;
  /** Milliseconds for which the reader has taken nothing while something waits for it; 0 otherwise. */
  stalledMs(): number;
  closed(): void;
};

/** Writes to one socket no more than its share of the memory holds; `elapsed` in milliseconds. Ended by `closed`. */
export const createSink = (socket: WebSocket, elapsed: () => number, share: ReaderShare): Sink => {
  const leave = share.join();
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
    if (waiting.length > 0 && socket.bufferedAmount <= share.lowBytes()) release(true);
  };

  return {
    send(text) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount === 0) progressAt = elapsed();
      socket.send(text, onTaken);
    },
    isFull: () => socket.bufferedAmount > share.mostBytes(),
    leftBytes: () => share.mostBytes() - socket.bufferedAmount,
    waitingBytes: () => socket.bufferedAmount,
    pageBytes: share.pageBytes,
    room() {
      if (isClosed) return Promise.resolve(false);
      if (socket.bufferedAmount <= share.lowBytes()) return Promise.resolve(true);
      return new Promise((resolve) => waiting.push(resolve));
    },
    stalledMs: () => (socket.bufferedAmount > 0 ? elapsed() - progressAt : 0),
    closed() {
      isClosed = true;
      leave();
      release(false);
    },
  };
};
