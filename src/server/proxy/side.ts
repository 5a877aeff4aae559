import type { RawData, WebSocket } from 'ws';
import type { ReaderShare } from '../relay/share.ts';

/** How much may wait for a side before the one that sends faster is paused, and at how little it goes on. */
type Water = Pick<ReaderShare, 'join' | 'mostBytes' | 'lowBytes'>;

/** One of two joined sockets. All that goes out on it goes out here: what is sent last may be what lets others go on. */
export type Side = {
  socket: WebSocket;
  isOpen(): boolean;
  /** `onTaken` once the kernel has it, or where the socket is gone. */
  send(data: RawData | string, options?: { binary?: boolean; onTaken?: () => void }): void;
  /** More waits for it than may. */
  isFull(): boolean;
  /** Where it is full, `from` (it itself, for the answers that it gets) is not read until little waits for it. */
  holdBack(from: Side): void;
  /** It is read once it waits for none. */
  waitsFor: Set<Side>;
};

/** What may wait for it is its part, one of equal ones, of what `water` allows all sides together. */
export const createSide = (socket: WebSocket, water: Water): Side => {
  const heldBack = new Set<Side>();
  socket.on('close', water.join());

  const drain = (): void => {
    if (heldBack.size === 0 || socket.bufferedAmount > water.lowBytes()) return;
    for (const from of heldBack) {
      from.waitsFor.delete(side);
      if (from.waitsFor.size === 0) from.socket.resume();
    }
    heldBack.clear();
  };

  const side: Side = {
    socket,
    isOpen: () => socket.readyState === socket.OPEN,
    send(data, { binary = false, onTaken } = {}) {
      if (!side.isOpen()) return onTaken?.();
      socket.send(data, { binary }, () => {
        drain();
        onTaken?.();
      });
    },
    isFull: () => socket.bufferedAmount > water.mostBytes(),
    holdBack(from) {
      if (!side.isFull()) return;
      heldBack.add(from);
      from.waitsFor.add(side);
      from.socket.pause();
    },
    waitsFor: new Set(),
  };
  return side;
};
