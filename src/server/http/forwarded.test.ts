import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { admin } from '../testing/people.ts';
import { createProxies, isAddressRange } from './proxies.ts';

const onLoopback = (): string => '127.0.0.1';

const requestFrom = (remoteAddress: string, said: string): IncomingMessage => {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
  const request = new IncomingMessage(socket);
  request.headers['x-forwarded-for'] = said;
  return request;
};

describe('what a proxy says of a client', () => {
  let server: InProcess;
  beforeAll(async () => {
    server = await startInProcess({ requestsPerMinute: 2 });
  });
  afterAll(() => server.stop());

  const PEERS = [
    ['127.0.0.1', true],
    ['127.0.0.2', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['192.0.2.7', false],
    ['10.0.0.2', false],
    ['::ffff:192.0.2.7', false],
    ['2001:db8::1', false],
  ] as const;

  it.each(PEERS)('is believed of one on this machine only: TLS, said from %s, is %s', async (from, isBelieved) => {
    const said = { 'x-forwarded-proto': 'https', 'x-forwarded-for': `${from}.example` };
    const answer = await server.askFrom(from, '/auth/token', said, { token: await admin() });
    expect(answer.statusCode).toBe(200);
    const cookie = String(answer.headers['set-cookie']);
    expect([cookie.startsWith('__Host-'), cookie.includes('Secure')]).toEqual([isBelieved, isBelieved]);
  });

  it.each(PEERS)(
    'is believed of one on this machine only: a connection’s address, said from %s, is %s',
    (from, isBelieved) => {
      const request = requestFrom(from, '203.0.113.9, 198.51.100.4');
      expect(createProxies([], onLoopback).clientOf(request)).toBe(isBelieved ? '198.51.100.4' : from);
    },
  );

  it.each(['10.0.0.5', '2001:db8::5'])('is believed of one on this machine where we listen on %s alone', (own) => {
    const { clientOf, isTrusted } = createProxies([], () => own);
    expect(clientOf(requestFrom(own, '203.0.113.9, 198.51.100.4'))).toBe('198.51.100.4');
    expect(clientOf(requestFrom('10.0.0.6', '203.0.113.9'))).toBe('10.0.0.6');
    expect([own, '10.0.0.6', '2001:db8::6'].map(isTrusted)).toEqual([true, false, false]);
  });

  it('gives nobody from elsewhere more requests, whatever address they make up', async () => {
    const statuses: number[] = [];
    for (const address of ['198.51.100.1', '198.51.100.2', '198.51.100.3']) {
      const said = { 'x-forwarded-for': address };
      statuses.push((await server.askFrom('203.0.113.5', '/auth/token', said, { token: 'no' })).statusCode);
    }
    expect(statuses).toEqual([401, 401, 429]);
  });
});

describe('what a proxy on another machine says of a client', () => {
  it.each([
    ['10.1.2.3', true],
    ['::ffff:10.1.2.3', true],
    ['fd00::5', true],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['11.0.0.1', false],
  ])('is believed where it is in TRUSTED_PROXIES: from %s it is %s', async (from, isBelieved) => {
    const trustedProxies = ['10.0.0.0/8', 'fd00::/8', '192.0.2.7'];
    const server = await startInProcess({}, { trustedProxies });
    onTestFinished(() => server.stop());
    const said = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' };
    const answer = await server.askFrom(from, '/auth/token', said, { token: await admin() });
    expect(String(answer.headers['set-cookie']).includes('Secure')).toBe(isBelieved);
    const client = createProxies(trustedProxies, onLoopback).clientOf(requestFrom(from, '203.0.113.9'));
    expect(client).toBe(isBelieved ? '203.0.113.9' : from);
  });

  it('goes back through all of them to the client, and no further, whatever the client says of itself', () => {
    const { clientOf } = createProxies(['10.0.0.0/8'], onLoopback);
    expect(clientOf(requestFrom('10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2'))).toBe('203.0.113.9');
    expect(clientOf(requestFrom('10.0.0.1', ' 10.0.0.3 , 10.0.0.2'))).toBe('10.0.0.3');
    expect(clientOf(requestFrom('10.0.0.1', 'nonsense'))).toBe('nonsense');
    expect(clientOf(requestFrom('10.0.0.1', ''))).toBe('10.0.0.1');
  });

  it.each(['10.0.0.0/8', '10.0.0.1', '::1/128', 'fd00::/8', '0.0.0.0/0'])('can be named by %s', (range) => {
    expect(isAddressRange(range)).toBe(true);
  });

  it.each(['10.0.0.0/33', '10.0.0/8', 'proxy', '10.0.0.1/', '10.0.0.1/8/8', 'fd00::/129', '', '/8'])(
    'cannot be named by %j',
    (range) => {
      expect(isAddressRange(range)).toBe(false);
    },
  );
});
