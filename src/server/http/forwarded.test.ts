import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientAddress } from '../relay/relay.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { admin } from '../testing/people.ts';

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
      const socket = new Socket();
      Object.defineProperty(socket, 'remoteAddress', { value: from });
      const request = new IncomingMessage(socket);
      request.headers['x-forwarded-for'] = '203.0.113.9, 198.51.100.4';
      expect(clientAddress(request)).toBe(isBelieved ? '198.51.100.4' : from);
    },
  );

  it('gives nobody from elsewhere more requests, whatever address they make up', async () => {
    const statuses: number[] = [];
    for (const address of ['198.51.100.1', '198.51.100.2', '198.51.100.3']) {
      const said = { 'x-forwarded-for': address };
      statuses.push((await server.askFrom('203.0.113.5', '/auth/token', said, { token: 'no' })).statusCode);
    }
    expect(statuses).toEqual([401, 401, 429]);
  });
});
