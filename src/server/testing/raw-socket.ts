import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export type RawFrame = { opcode: number; isFinal: boolean; payload: Buffer };

type FrameOptions = {
  isFinal?: boolean;
  /** The three reserved bits, 1 to 7. */
  reserved?: number;
  isMasked?: boolean;
  /** The length that the frame names, where it is not that of its payload. */
  length?: bigint;
  /** The bytes in which the length is written, where they are not as few as possible. */
  lengthBytes?: 2 | 8;
};

const lengthOf = (length: bigint, bytes: 0 | 2 | 8): Buffer => {
  const field = Buffer.alloc(8);
  field.writeBigUInt64BE(length);
  return bytes === 0 ? Buffer.alloc(0) : field.subarray(8 - bytes);
};

/** A frame as RFC 6455 §5.2 draws it, masked as a client's has to be; whatever is asked for, also what may not be. */
export const frame = (opcode: number, payload: Buffer | string = '', options: FrameOptions = {}): Buffer => {
  const { isFinal = true, reserved = 0, isMasked = true } = options;
  const content = Buffer.from(payload);
  const length = options.length ?? BigInt(content.length);
  const lengthBytes = options.lengthBytes ?? (length < 126n ? 0 : length < 65_536n ? 2 : 8);
  const short = lengthBytes === 0 ? Number(length) : lengthBytes === 2 ? 126 : 127;
  const mask = isMasked ? randomBytes(4) : Buffer.alloc(0);
  return Buffer.concat([
    Buffer.from([(isFinal ? 0x80 : 0) | (reserved << 4) | opcode, (isMasked ? 0x80 : 0) | short]),
    lengthOf(length, lengthBytes),
    mask,
    isMasked ? content.map((byte, index) => byte ^ (mask[index % 4] ?? 0)) : content,
  ]);
};

export const Opcode = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** What a close frame holds. */
export const closing = (code: number, reason: Buffer | string = ''): Buffer =>
  Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);

/** How long anything may take that a test waits for. */
const PATIENCE_MS = 10_000;

/** A TCP connection that says exactly what it is told. */
export const openTcp = async (port: number) => {
  const socket: Socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  let received = Buffer.alloc(0);
  const watchers = new Set<() => void>();
  const look = (): void => {
    for (const watcher of watchers) watcher();
  };
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    look();
  });
  socket.on('error', () => undefined);
  let isOver = false;
  const over = new Promise<void>((resolve) => {
    socket.on('close', () => {
      isOver = true;
      look();
      resolve();
    });
  });
  await once(socket, 'connect');

  return {
    socket,
    received: (): Buffer => received,
    /** Resolves once the connection is gone, to all that came on it. */
    ended: async (): Promise<string> => {
      await over;
      return received.toString();
    },
    /** What `find` makes of the bytes so far, as soon as it makes something of them. */
    until: <Found>(find: (bytes: Buffer) => Found | undefined): Promise<Found> =>
      new Promise((resolve, reject) => {
        const end = (act: () => void): void => {
          clearTimeout(timer);
          watchers.delete(watcher);
          act();
        };
        const fail = (why: string) => end(() => reject(new Error(`${why}: ${received.toString().slice(-600)}`)));
        const watcher = (): void => {
          const found = find(received);
          if (found !== undefined) end(() => resolve(found));
          else if (isOver) fail('the connection ended');
        };
        const timer = setTimeout(() => fail('it did not come'), PATIENCE_MS);
        watchers.add(watcher);
        watcher();
      }),
  };
};

/** The request of a handshake; a header of undefined is left out. */
export const handshake = (path: string, headers: Record<string, string | undefined> = {}, line?: string): string => {
  const all: Record<string, string | undefined> = {
    Host: '127.0.0.1',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `${[line ?? `GET ${path} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`;
};

const readFrames = (bytes: Buffer): RawFrame[] => {
  const frames: RawFrame[] = [];
  for (let at = 0; bytes.length - at >= 2; ) {
    const [first = 0, second = 0] = bytes.subarray(at, at + 2);
    const wide = (second & 0x7f) === 126 ? 2 : (second & 0x7f) === 127 ? 8 : 0;
    if (bytes.length - at < 2 + wide) break;
    const length =
      wide === 0 ? second & 0x7f : wide === 2 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    const from = at + 2 + wide;
    if (bytes.length < from + length) break;
    frames.push({ opcode: first & 0x0f, isFinal: first >= 0x80, payload: bytes.subarray(from, from + length) });
    at = from + length;
  }
  return frames;
};

/** A WebSocket whose bytes are the test's own; resolves once the server has greeted. */
export const openRaw = async (port: number, path: string, headers: Record<string, string>, pipelined?: Buffer) => {
  const tcp = await openTcp(port);
  tcp.socket.write(Buffer.concat([Buffer.from(handshake(path, headers)), pipelined ?? Buffer.alloc(0)]));
  const from = await tcp.until((bytes) => {
    const end = bytes.indexOf('\r\n\r\n');
    return end === -1 ? undefined : end + 4;
  });
  const head = tcp.received().subarray(0, from).toString();
  if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(`The upgrade was refused: ${head}`);
  const frames = (): RawFrame[] => readFrames(tcp.received().subarray(from));
  const find = (fits: (frame: RawFrame) => boolean): Promise<RawFrame> => tcp.until(() => frames().find(fits));
  await find(({ opcode }) => opcode === Opcode.text);
  return {
    head,
    frames,
    find,
    send: (bytes: Buffer): void => void tcp.socket.write(bytes),
    /** The answer with this id. */
    answer: async (id: string): Promise<unknown> => {
      const { payload } = await find(({ opcode, payload }) => opcode === Opcode.text && payload.includes(`"${id}"`));
      return JSON.parse(payload.toString());
    },
    /** The code and reason that the server closes with; 1005 where it names none. */
    closed: async (): Promise<{ code: number; reason: string }> => {
      const { payload } = await find(({ opcode }) => opcode === Opcode.close);
      return payload.length < 2
        ? { code: 1005, reason: '' }
        : { code: payload.readUInt16BE(0), reason: payload.subarray(2).toString() };
    },
    destroy: (): void => void tcp.socket.destroy(),
  };
};

export type RawSocket = Awaited<ReturnType<typeof openRaw>>;
