import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENT_KEY, admin, bearer, withKey } from '../testing/people.ts';
import { closing, frame, Opcode, openRaw, type RawSocket } from '../testing/raw-socket.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { range } from '../testing/shared.ts';

const { more, text, binary, close, ping, pong } = Opcode;
const KIB = 1024;
const call = (id: string): string => `{"jsonrpc":"2.0","id":"${id}","method":"ping"}`;
/** A text cut after so many bytes, as the fragments of one message. */
const cut = (bytes: Buffer, ...at: number[]): Buffer[] =>
  [0, ...at].map((from, index) => {
    const isFinal = index === at.length;
    return frame(index === 0 ? text : more, bytes.subarray(from, at[index] ?? bytes.length), { isFinal });
  });
const bytes = (...values: number[]): Buffer => Buffer.from(values);

/** What a client may not send, by the sections of RFC 6455, and the code that closes it. */
const BREAKING: readonly (readonly [rule: string, sent: readonly Buffer[], code: number])[] = [
  ...range(7).map((reserved): [string, Buffer[], number] => [
    `§5.2 reserved bits ${reserved.toString(2).padStart(3, '0')}`,
    [frame(text, call('x'), { reserved })],
    1002,
  ]),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, Buffer[], number] => [
    `§5.2 the reserved opcode ${opcode}`,
    [frame(opcode, 'x')],
    1002,
  ]),
  ['§5.1 a text without a mask', [frame(text, call('x'), { isMasked: false })], 1002],
  ['§5.1 a ping without a mask', [frame(ping, '', { isMasked: false })], 1002],
  ['§5.1 a close without a mask', [frame(close, closing(1000), { isMasked: false })], 1002],
  ['§5.4 a fragment of nothing', [frame(more, 'x')], 1002],
  ['§5.4 a last fragment after the last', [frame(text, call('x')), frame(more, '')], 1002],
  ['§5.4 a text among the fragments of another', [frame(text, '[', { isFinal: false }), frame(text, '1]')], 1002],
  ['§5.4 a binary among the fragments of a text', [frame(text, '[', { isFinal: false }), frame(binary, '')], 1002],
  ['§5.5 a ping in fragments', [frame(ping, 'a', { isFinal: false })], 1002],
  ['§5.5 a close in fragments', [frame(close, closing(1000), { isFinal: false })], 1002],
  ['§5.5 a ping of 126 bytes', [frame(ping, Buffer.alloc(126))], 1002],
  ['§5.5 a pong of 64 KiB', [frame(pong, Buffer.alloc(64 * KIB))], 1002],
  ['§5.5 a close of 126 bytes', [frame(close, closing(1000, 'x'.repeat(124)))], 1002],
  ['§5.5.1 a close of one byte', [frame(close, bytes(3))], 1002],
  ['§5.5.1 a reason that is no UTF-8', [frame(close, closing(1000, bytes(0xff)))], 1007],
  ['§5.5.1 a reason that is cut in a letter', [frame(close, closing(1000, bytes(0xe2, 0x82)))], 1007],
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535].map((code): [string, Buffer[], number] => [
    `§7.4 a close with ${code}`,
    [frame(close, closing(code))],
    1002,
  ]),
  ['§8.1 a byte that UTF-8 does not have', [frame(text, bytes(0x22, 0xff, 0x22))], 1007],
  ['§8.1 an overlong form', [frame(text, bytes(0xc0, 0xaf))], 1007],
  ['§8.1 half of a surrogate pair', [frame(text, bytes(0xed, 0xa0, 0x80))], 1007],
  ['§8.1 past U+10FFFF', [frame(text, bytes(0xf4, 0x90, 0x80, 0x80))], 1007],
  ['§8.1 cut in a letter', [frame(text, bytes(0x22, 0xe2, 0x82))], 1007],
  [
    '§8.1 cut in a letter, with the rest in another message',
    [frame(text, bytes(0xe2)), frame(text, bytes(0x82, 0xac))],
    1007,
  ],
  [
    '§8.1 wrong across two fragments',
    [frame(text, bytes(0x22, 0xe2), { isFinal: false }), frame(more, bytes(0x22))],
    1007,
  ],
  [
    '§8.1 wrong in the last of many fragments',
    cut(Buffer.concat([Buffer.from(call('x')), bytes(0x80)]), 1, 2, 3, 4),
    1007,
  ],
  ['contract: binary', [frame(binary, call('x'))], 1003],
  ['contract: binary of nothing', [frame(binary, '')], 1003],
  ['contract: binary in fragments', [frame(binary, call('x'), { isFinal: false }), frame(more, '')], 1003],
  ['contract: over the limit', [frame(text, ' '.repeat(64 * KIB + 1))], 1009],
  ['contract: over the limit by its length alone', [frame(text, '', { length: 65_537n })], 1009],
  ['contract: ten megabytes by its length alone', [frame(text, '', { length: 10_000_000n })], 1009],
  ['contract: 2^53 bytes', [frame(text, '', { length: 2n ** 53n })], 1009],
  ['§5.2 a length whose first bit is set', [frame(text, '', { length: 2n ** 63n + 1n })], 1009],
  [
    'contract: fragments count together',
    [frame(text, ' '.repeat(40 * KIB), { isFinal: false }), frame(more, ' '.repeat(24 * KIB + 1))],
    1009,
  ],
  [
    'contract: fragments count together, also before the last',
    [frame(text, ' '.repeat(64 * KIB), { isFinal: false }), frame(more, ' ', { isFinal: false })],
    1009,
  ],
];

/** What a client may send, however oddly; each is a call with the id `odd`. */
const CALL = Buffer.from(call('odd'));
const WIDE = Buffer.from('{"jsonrpc":"2.0","id":"odd","method":"ping","params":{"a":"☃🎉"}}');
const ODD: readonly (readonly [rule: string, sent: readonly Buffer[]])[] = [
  ['§5.4 in fragments', cut(CALL, 5, 20)],
  ['§5.4 in fragments of one byte', cut(CALL, ...range(CALL.length - 1))],
  ['§5.4 in fragments that cut letters', cut(WIDE, ...range(WIDE.length - 1))],
  ['§5.4 with fragments of nothing', cut(CALL, 0, 0, 5, 5, CALL.length)],
  [
    '§5.4 with a ping and a pong among its fragments',
    [...cut(CALL, 5).flatMap((part) => [part, frame(ping, 'in between'), frame(pong)])].slice(0, -2),
  ],
  ['§5.2 with its length in two bytes', [frame(text, CALL, { lengthBytes: 2 })]],
  ['§5.2 with its length in eight bytes', [frame(text, CALL, { lengthBytes: 8 })]],
  ['§5.5.2 after a ping of 125 bytes', [frame(ping, Buffer.alloc(125, 7)), frame(text, CALL)]],
  ['§5.5.3 after a pong that nobody asked for', [frame(pong, 'x'), frame(text, CALL)]],
  ['contract: as large as it may be', [frame(text, Buffer.concat([CALL, Buffer.alloc(64 * KIB - CALL.length, ' ')]))]],
  [
    'contract: in fragments, together as large as it may be',
    cut(Buffer.concat([CALL, Buffer.alloc(64 * KIB - CALL.length, '\n')]), 100, 60_000),
  ],
];

let server: ServerProcess;
let bystander: RpcClient;
beforeAll(async () => {
  server = await startServer();
  bystander = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
});
afterAll(async () => {
  // Whatever happened to the others.
  expect(await bystander.call('ping')).toEqual({ pong: true });
  await server.stop();
});

describe.each([
  ['on the relay', async () => ['/v1/connect', bearer(await admin())]],
  ['behind the proxy', async () => [`/relay?token=${await admin()}`, { origin: server.address }]],
] as [string, () => Promise<[string, Record<string, string>]>][])('WebSocket, byte by byte, %s', (_, door) => {
  const open = async (pipelined?: Buffer): Promise<RawSocket> => openRaw(server.port, ...(await door()), pipelined);

  it.each(BREAKING)('%s is the end', async (_rule, sent, code) => {
    const raw = await open();
    for (const part of sent) raw.send(part);
    // What comes behind it is not heard.
    raw.send(frame(text, call('late')));
    expect((await raw.closed()).code).toBe(code);
    expect(raw.frames().some(({ payload }) => payload.includes('"late"'))).toBe(false);
    raw.destroy();
  });

  it.each(ODD)('%s it is taken', async (_rule, sent) => {
    const raw = await open();
    raw.send(Buffer.concat(sent));
    expect(await raw.answer('odd')).toMatchObject({ id: 'odd', result: { pong: true } });
    raw.destroy();
  });

  it('bytes may come one by one', async () => {
    const raw = await open();
    for (const byte of frame(text, CALL)) raw.send(bytes(byte));
    expect(await raw.answer('odd')).toMatchObject({ result: { pong: true } });
    raw.destroy();
  });

  it('what comes in one piece with the handshake is heard', async () => {
    const raw = await open(Buffer.concat([frame(text, call('first')), ...cut(CALL, 3)]));
    expect(await raw.answer('first')).toMatchObject({ result: { pong: true } });
    expect(await raw.answer('odd')).toMatchObject({ result: { pong: true } });
    raw.destroy();
  });

  it('many messages in one piece are answered in order', async () => {
    const raw = await open();
    raw.send(Buffer.concat(range(200).map((number) => frame(text, call(`n${number}`)))));
    await raw.answer('n200');
    const ids = raw.frames().flatMap(({ payload }) => /"id":"(n\d+)"/.exec(payload.toString())?.[1] ?? []);
    expect(ids).toEqual(range(200).map((number) => `n${number}`));
    raw.destroy();
  });

  it('a ping is answered with its own bytes, also among fragments', async () => {
    const raw = await open();
    const content = bytes(...range(125));
    raw.send(Buffer.concat([frame(text, '[', { isFinal: false }), frame(ping, content), frame(ping)]));
    expect((await raw.find(({ opcode }) => opcode === pong)).payload).toEqual(content);
    raw.destroy();
  });

  it.each([1000, 1001, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 1014, 3000, 4999])(
    'a close with %i is answered with the same',
    async (code) => {
      const raw = await open();
      raw.send(frame(close, closing(code, 'ü'.repeat(61))));
      expect((await raw.closed()).code).toBe(code);
      raw.destroy();
    },
  );

  it('a close with nothing in it is answered', async () => {
    const raw = await open();
    raw.send(frame(close));
    expect((await raw.closed()).code).toBe(1005);
    raw.destroy();
  });

  it('no extension is agreed on', async () => {
    const [path, headers] = await door();
    const offer = { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits, x-other' };
    const raw = await openRaw(server.port, path, { ...headers, ...offer });
    expect(raw.head).not.toMatch(/sec-websocket-extensions/i);
    raw.destroy();
  });
});
