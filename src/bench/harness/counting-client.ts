import { connect, type Socket } from 'node:net';
import { frame, handshake, Opcode } from '../../server/testing/raw-socket.ts';
import type { Check } from './check.ts';
import type { Dialect } from './dialects.ts';
import { createFrameReader } from './frame-reader.ts';

/** What comes is looked at at once, so that all connections of a process read into the same memory. */
const READ_INTO = Buffer.allocUnsafe(256 * 1024);
const MARK = Buffer.from('"seq":');
const ZERO = 0x30;
/** Frames that a dialect answers are short. */
const SHORT_BYTES = 1_024;

const countInto = (check: Check, payload: Buffer): void => {
  for (let at = payload.indexOf(MARK); at !== -1; at = payload.indexOf(MARK, at)) {
    at += MARK.length;
    let seq = 0;
    for (let digit = (payload[at] ?? 0) - ZERO; digit >= 0 && digit <= 9; digit = (payload[at] ?? 0) - ZERO) {
      seq = seq * 10 + digit;
      at += 1;
    }
    check.take(seq);
  }
};

export type CountingClient = { socket: Socket };

/**
 * A WebSocket client that counts and does as little else as it can, so that thousands of them leave the machine to the
 * server. `onEnd` is told of a connection that ended, with what was answered where the upgrade was refused.
 */
export const openCountingClient = (options: {
  port: number;
  dialect: Dialect;
  check: Check;
  onReady: () => void;
  onComplete: () => void;
  onEnd: (why: string) => void;
}): CountingClient => {
  const { check, dialect } = options;
  let answer = '';
  let isOpen = false;
  let isComplete = check.isComplete();
  const send = (text: string): void => void socket.write(frame(Opcode.text, text));
  const talk = { send, ready: options.onReady };
  const read = createFrameReader((opcode, payload) => {
    if (opcode === Opcode.ping) return void socket.write(frame(Opcode.pong, payload));
    if (opcode !== Opcode.text) return;
    countInto(check, payload);
    if (payload.length <= SHORT_BYTES) dialect.heard(payload.toString(), talk);
    if (isComplete || !check.isComplete()) return;
    isComplete = true;
    options.onComplete();
  });

  const open = (chunk: Buffer): void => {
    answer += chunk.toString('latin1');
    const end = answer.indexOf('\r\n\r\n');
    if (end === -1 || !answer.startsWith('HTTP/1.1 101 ')) return;
    isOpen = true;
    dialect.opened(talk);
    const rest = Buffer.from(answer.slice(end + 4), 'latin1');
    if (rest.length > 0) read(rest);
  };

  const socket = connect({
    port: options.port,
    host: '127.0.0.1',
    onread: {
      buffer: READ_INTO,
      callback: (length) => {
        const chunk = READ_INTO.subarray(0, length);
        if (isOpen) read(chunk);
        else open(chunk);
        return true;
      },
    },
  });
  socket.setNoDelay(true);
  socket.on('connect', () => socket.write(handshake(dialect.path, dialect.headers)));
  // What it was is told by the close that follows.
  socket.on('error', () => undefined);
  socket.on('close', () => options.onEnd(isOpen ? 'the connection ended' : answer.slice(0, 300)));
  return { socket };
};
