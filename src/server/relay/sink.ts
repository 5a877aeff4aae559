import type { Duplex, Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import { textFrame } from './frames.ts';
import type { ReaderShare } from './share.ts';

/** Where a reader's bytes go. */
export type Outlet = {
  isOpen(): boolean;
  /** `onTaken` once the kernel has them. */
  write(bytes: Buffer, onTaken: () => void): void;
  /** What is written until the end of this turn goes out in one. */
  gather(): void;
  encode(text: string): Buffer;
};

/** The writing side of a connection: knows how much the reader has not taken yet, and since when it takes nothing. */
export type Sink = {
  /** For what is no event: answers and news, which are few and short. */
  send(text: string): void;
  encode(text: string): Buffer;
  /** Writes live events; false where they are more than may be queued for this reader, who has fallen behind. */
  offer(bytes: Buffer): boolean;
  /** The reader is so far behind that nothing more should be queued for it. */
  isFull(): boolean;
  /** How many bytes wait for it. */
  waitingBytes(): number;
  /** How large a page of the log may be. */
  pageBytes(): number;
  /**
   * Resolves when there is room for a page, or for so many bytes, to true: `fill` must follow. One feed of a connection
   * has room at a time, in the order in which they asked. To false once the connection is closed.
   */
  room(atLeastBytes?: number): Promise<boolean>;
  /** Resolves once little is waiting, to true; to false once the connection is closed. */
  drained(): Promise<boolean>;
  /** Writes into the room; false where they are more than there is room for: ask anew, for as many. */
  fill(bytes: Buffer): boolean;
  /** Milliseconds for which the reader has taken nothing while something waits for it; 0 otherwise. */
  stalledMs(): number;
  closed(): void;
};

/** What fills a room that is not needed. */
export const NOTHING = Buffer.alloc(0);

/** One system call for what is written to the stream of a socket until the end of this turn. */
export const gather = (stream: Writable): void => {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
};

/** Past ws, which would copy a frame for each reader; it writes to the same stream, and in order. */
export const webSocketOutlet = (socket: WebSocket, stream: Duplex): Outlet => ({
  isOpen: () => socket.readyState === socket.OPEN,
  write: (bytes, onTaken) => void stream.write(bytes, onTaken),
  gather: () => gather(stream),
  encode: textFrame,
});

/** Writes to one reader no more than its share of the memory holds; `elapsed` in milliseconds. Ended by `closed`. */
export const createSink = (outlet: Outlet, elapsed: () => number, share: ReaderShare): Sink => {
  const leave = share.join();
  const asking: { bytes: number; resolve: (open: boolean) => void }[] = [];
  let draining: ((open: boolean) => void)[] = [];
  let withdraw: (() => void) | null = null;
  let reserved = 0;
  let waiting = 0;
  /** Of what waits, the part that is taken from the share. */
  let held = 0;
  let progressAt = elapsed();
  let isClosed = false;

  const release = (open: boolean): void => {
    const waiters = draining;
    draining = [];
    for (const resolve of waiters) resolve(open);
  };

  const write = (bytes: Buffer, ofShare: number): void => {
    if (!outlet.isOpen()) return share.give(ofShare);
    if (waiting === 0) progressAt = elapsed();
    waiting += bytes.length;
    held += ofShare;
    outlet.write(bytes, () => {
      if (isClosed) return;
      waiting -= bytes.length;
      held -= ofShare;
      progressAt = elapsed();
      if (ofShare > 0) share.give(ofShare);
      if (waiting <= share.lowBytes()) release(true);
      askNext();
    });
  };

  const askNext = (): void => {
    const [first] = asking;
    if (first === undefined || withdraw !== null || reserved > 0 || waiting > share.lowBytes()) return;
    const bytes = Math.max(share.pageBytes(), first.bytes);
    withdraw = share.ask(bytes, () => {
      withdraw = null;
      reserved = bytes;
      asking.shift();
      first.resolve(true);
    });
  };

  return {
    send(text) {
      outlet.gather();
      write(outlet.encode(text), 0);
    },
    encode: outlet.encode,
    offer(bytes) {
      if (waiting + bytes.length > share.mostBytes() || !share.take(bytes.length)) return false;
      write(bytes, bytes.length);
      return true;
    },
    isFull: () => waiting > share.mostBytes(),
    waitingBytes: () => waiting,
    pageBytes: share.pageBytes,
    room(atLeastBytes = 0) {
      if (isClosed) return Promise.resolve(false);
      return new Promise((resolve) => {
        asking.push({ bytes: atLeastBytes, resolve });
        askNext();
      });
    },
    drained() {
      if (isClosed || waiting <= share.lowBytes()) return Promise.resolve(!isClosed);
      return new Promise((resolve) => draining.push(resolve));
    },
    fill(bytes) {
      // Closed meanwhile, which has given all back.
      if (isClosed) return true;
      const had = reserved;
      reserved = 0;
      const more = bytes.length - had;
      const isRoom = more <= 0 || share.take(more);
      if (!isRoom || more < 0) share.give(isRoom ? -more : had);
      if (isRoom && bytes.length > 0) write(bytes, bytes.length);
      askNext();
      return isRoom;
    },
    stalledMs: () => (waiting > 0 ? elapsed() - progressAt : 0),
    closed() {
      isClosed = true;
      leave();
      withdraw?.();
      share.give(held + reserved);
      for (const { resolve } of asking.splice(0)) resolve(false);
      release(false);
    },
  };
};
