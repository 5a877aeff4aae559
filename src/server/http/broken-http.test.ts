import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../testing/api-client.ts';
import { startInProcess } from '../testing/in-process.ts';
import { AGENT_KEY, admin, bearer, withKey } from '../testing/people.ts';
import { handshake, openTcp } from '../testing/raw-socket.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { range } from '../testing/shared.ts';

const answerOf = (text: string): { status: number; head: string; body: unknown } => {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  return {
    status: Number(/^HTTP\/1\.1 (\d+) /.exec(head)?.[1]),
    head,
    body: body.startsWith('{') ? JSON.parse(body) : null,
  };
};
const problem = (error: string) => ({ error, message: expect.stringMatching(/\S/) });

describe('bytes that are no request', () => {
  let server: ServerProcess;
  let bystander: RpcClient;
  beforeAll(async () => {
    server = await startServer();
    bystander = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  });
  afterAll(() => server.stop());
  afterEach(async () => {
    expect(await bystander.call('ping')).toEqual({ pong: true });
  });

  const say = async (text: string | Buffer): Promise<string> => {
    const tcp = await openTcp(server.port);
    tcp.socket.write(text);
    return tcp.ended();
  };

  const get = (...lines: string[]): string => ['GET /v1/incidents HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n');
  const post = (...lines: string[]): string => get(...lines).replace('GET', 'POST');

  it.each([
    ['the hello of TLS', '\u0016\u0003\u0001\u0002\u0000\u0001'],
    ['NULs', '\0'.repeat(100)],
    ['no HTTP', 'hello?\r\n\r\n'],
    ['JSON', '{"jsonrpc":"2.0","id":1,"method":"ping"}\r\n\r\n'],
    ['another version', 'GET / HTTP/9.9\r\n\r\n'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a method that does not exist', 'BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a header without a colon', get('No colon here')],
    ['a header with NUL in it', get('X-Nul: a\0b')],
    ['a header without a name', get(': x')],
    ['a header that goes on in the next line', get('X-Fold: a', ' b')],
    ['a length that is none', post('Content-Length: many')],
    ['a length below zero', post('Content-Length: -1')],
    ['two lengths', post('Content-Length: 1', 'Content-Length: 2')],
    ['a length and chunks', post('Content-Length: 3', 'Transfer-Encoding: chunked')],
    ['chunks behind another coding', post('Transfer-Encoding: chunked, identity')],
    ['a chunk whose size is none', `${post('Authorization: Bearer x', 'Transfer-Encoding: chunked')}zz\r\n`],
    ['HTTP/1.1 without a host', 'GET /v1/incidents HTTP/1.1\r\n\r\n'],
  ])('%s are answered with 400, and the end', async (_, text) => {
    const { status, body } = answerOf(await say(text));
    expect(status).toBe(400);
    if (body !== null) expect(body).toEqual(problem('validation_error'));
  });

  it.each([
    ['one header', get(`X-Long: ${'x'.repeat(20_000)}`)],
    ['many headers', get(...range(3_000).map((number) => `X-${number}: x`))],
    ['the cookies', get(`Cookie: ${'a=b; '.repeat(5_000)}`)],
    ['the address', `GET /v1/incidents/${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['a handshake', handshake('/v1/connect', { 'X-Long': 'x'.repeat(20_000) })],
  ])('more than the headers may have, by %s, is 431', async (_, text) => {
    const { status, body } = answerOf(await say(text));
    expect(status).toBe(431);
    expect(body).toEqual(problem('validation_error'));
  });

  it.each([
    ['no key', { 'Sec-WebSocket-Key': undefined }, 400],
    ['a key that is too short', { 'Sec-WebSocket-Key': 'c2hvcnQ=' }, 400],
    ['a key that is no base64', { 'Sec-WebSocket-Key': '!!!!!!!!!!!!!!!!!!!!!!==' }, 400],
    [
      'two keys',
      { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' },
      400,
    ],
    ['no version', { 'Sec-WebSocket-Version': undefined }, 426],
    ['version 8', { 'Sec-WebSocket-Version': '8' }, 426],
    ['two versions', { 'Sec-WebSocket-Version': '13, 8' }, 426],
    ['another protocol than WebSocket', { Upgrade: 'h2c' }, 426],
    ['version 13.0', { 'Sec-WebSocket-Version': '13.0' }, 426],
    ['a protocol that is named twice', { 'Sec-WebSocket-Protocol': 'a, a' }, 400],
    ['a protocol with a space', { 'Sec-WebSocket-Protocol': 'a b' }, 400],
  ])('a handshake with %s is refused', async (_, headers, status) => {
    for (const path of ['/v1/connect', `/relay?token=${await admin()}`]) {
      const answer = answerOf(
        await say(handshake(path, { Authorization: `Bearer ${await admin()}`, Origin: server.address, ...headers })),
      );
      expect(answer.status).toBe(status);
      if (status === 426) expect(answer.head).toMatch(/^sec-websocket-version: 13$/im);
      expect(answer.body).toEqual(problem(status === 426 ? 'upgrade_required' : 'validation_error'));
    }
  });

  it('a handshake by POST is refused', async () => {
    const head = { Authorization: `Bearer ${await admin()}` };
    const answer = answerOf(await say(handshake('', head, 'POST /v1/connect HTTP/1.1')));
    expect(answer).toMatchObject({ status: 400, body: problem('validation_error') });
  });

  it('half of a handshake, cut off anywhere, leaves nothing behind', async () => {
    const whole = handshake('/v1/connect', { Authorization: `Bearer ${await admin()}` });
    for (let size = 1; size < whole.length; size += 7) {
      const tcp = await openTcp(server.port);
      tcp.socket.write(whole.slice(0, size), () => tcp.socket.resetAndDestroy());
      await tcp.ended();
    }
    await expect
      .poll(async () => (await request(server.address, 'GET', '/v1/relay/status', { token: await admin() })).body)
      .toMatchObject({ activeConnections: 1 });
  });
});

describe('a request that comes too slowly', () => {
  it('is answered with 408 and the end, while others are served', async () => {
    const app = await startInProcess({ headersTimeoutS: 0.3, requestTimeoutS: 0.3 });
    try {
      const { port } = new URL(app.address);
      const starts = ['GET /v1/inci', 'GET / HTTP/1.1\r\nX-Slow: ', handshake('/v1/connect').slice(0, 60)];
      const body = `POST /v1/incidents/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer ${await admin()}\r\nContent-Length: 100\r\n\r\n{"`;
      const slow = await Promise.all(
        range(60).map(async (number) => {
          const tcp = await openTcp(Number(port));
          tcp.socket.write([...starts, body][number % 4] ?? '');
          // A letter now and then changes nothing.
          const drip = setInterval(() => tcp.socket.write('a'), 20);
          return tcp.ended().finally(() => clearInterval(drip));
        }),
      );
      for (const text of slow) {
        // The connection may be cut before the answer is read.
        if (text !== '') expect(answerOf(text)).toMatchObject({ status: 408, body: problem('request_timeout') });
      }
      expect(slow.some((text) => text !== '')).toBe(true);
    } finally {
      await app.stop();
    }
  });

  it('does not keep others from being served', async () => {
    const app = await startInProcess();
    try {
      const { port } = new URL(app.address);
      const slow = await Promise.all(
        range(300).map(async () => {
          const tcp = await openTcp(Number(port));
          tcp.socket.write('GET /v1/incidents HTTP/1.1\r\nX-Slow: ');
          return tcp;
        }),
      );
      const client = await connect(`${app.address}/v1/connect`, bearer(await admin()));
      expect(await client.call('ping')).toEqual({ pong: true });
      expect((await request(app.address, 'GET', '/v1/incidents', { token: await admin() })).status).toBe(200);
      client.close();
      for (const { socket } of slow) socket.destroy();
    } finally {
      await app.stop();
    }
  });
});
