import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type IdentityProvider,
  makeKey,
  type SigningKey,
  startIdentityProvider,
} from '../testing/identity-provider.ts';
import { untilMetric } from '../testing/metrics.ts';
import { AGENT_KEY, withKey } from '../testing/people.ts';
import { programOf } from '../testing/program-of.ts';
import { openPublicClient } from '../testing/public-client.ts';
import { rawRequest } from '../testing/raw-request.ts';
import { type ProxyKind, type ReverseProxy, startReverseProxy } from '../testing/reverse-proxy.ts';
import type { RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { progress, publishMany } from '../testing/shared.ts';

const NAME = 'live.example.com';
const ORIGIN = `https://${NAME}`;
const ISSUER = 'https://id.example.com/';
const AUDIENCE = 'causeflow';
const CONNECTIONS = 4;
const MAX_IMPORT_BYTES = 64 * 1024 * 1024;

describe.each<ProxyKind>(['caddy', 'nginx'])('behind %s, as in its example', (kind) => {
  const program = programOf(kind);

  describe.skipIf(program === undefined)('with people of an identity provider', () => {
    let provider: IdentityProvider;
    let key: SigningKey;
    let server: ServerProcess;
    let proxy: ReverseProxy;
    let out: ReturnType<typeof openPublicClient>;
    const used: string[] = [];

    beforeAll(async () => {
      key = await makeKey('ES256', 'only');
      provider = await startIdentityProvider([key]);
      server = await startServer({
        env: {
          JWT_SECRET: undefined,
          JWKS_URL: provider.url.href,
          JWT_ISSUER: ISSUER,
          JWT_AUDIENCE: AUDIENCE,
          ALLOWED_ORIGINS: ORIGIN,
          CONNECTIONS_PER_ADDRESS: String(CONNECTIONS),
        },
      });
      proxy = await startReverseProxy(kind, program ?? '', NAME, `127.0.0.1:${server.port}`);
      out = openPublicClient(proxy, NAME);
    }, 30_000);
    afterAll(async () => {
      await proxy?.stop();
      await server?.stop();
      await provider?.stop();
    });

    const tokenOf = (claims: { iss?: string } = {}) => key.sign({ iss: ISSUER, aud: AUDIENCE, ...claims });
    const post = (path: string, headers: Record<string, string>, body: unknown = {}) =>
      out.ask('POST', path, { origin: ORIGIN, 'content-type': 'application/json', ...headers }, [JSON.stringify(body)]);
    const textAt = (body: unknown, name: string): string => {
      const value = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
      return typeof value === 'string' ? value : '';
    };
    const signIn = async (headers: Record<string, string> = {}, claims = {}) => {
      const answer = await post('/auth/token', headers, { token: await tokenOf(claims) });
      const cookie = String(answer.headers['set-cookie'] ?? '');
      return { answer, cookie, session: { cookie: cookie.split(';', 1)[0] ?? '' } };
    };
    const openIncident = async (): Promise<string> => {
      const fields = { title: 'Checkout is slow', description: 'The checkout takes ten seconds.' };
      const headers = { authorization: `Bearer ${await tokenOf()}` };
      return textAt((await post('/v1/incidents/chat', headers, fields)).body, 'incidentId');
    };
    const ticketFor = async (session: { cookie: string }): Promise<string> => {
      const ticket = textAt((await post('/auth/ticket', session)).body, 'ticket');
      used.push(ticket);
      return ticket;
    };
    const agent = (headers: Record<string, string> = {}, from?: string): Promise<RpcClient> =>
      out.connect('/v1/connect', { ...withKey(AGENT_KEY), ...headers }, from);

    it('a token of the provider signs in, and its cookie is for TLS only, whatever the client says of itself', async () => {
      for (const forged of [{}, { 'x-forwarded-proto': 'http' }]) {
        const { answer, cookie, session } = await signIn(forged);
        expect(answer).toMatchObject({ status: 200, body: { user: { userId: 'usr_ana' } } });
        expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
        expect(cookie).toMatch(/^__Host-causeflow_session=[\w-]{43}; .*Secure/);
        expect((await out.ask('GET', '/auth/session', session)).body).toMatchObject({
          mode: 'token',
          user: { userId: 'usr_ana' },
        });
      }
      expect((await signIn({}, { iss: 'https://other.example.com/' })).answer.status).toBe(401);
      expect(provider.asked()).toBe(1);
    });

    it('a ticket opens the relay over wss, and what an agent publishes over wss arrives', async () => {
      const { session } = await signIn();
      const incidentId = await openIncident();
      const page = await out.connect(`/relay?token=${await ticketFor(session)}`, { origin: ORIGIN });
      await page.call('investigation.subscribe', { incidentId });
      const publisher = await agent();
      const { eventId } = await publisher.call('investigation.progress', progress(incidentId, 'Looking'));
      const { params } = await page.next(({ method }) => method === 'investigation.progress');
      expect(params).toMatchObject({ eventId, message: 'Looking' });
      publisher.close();
      page.close();
      expect((await page.closed).code).toBe(1005);
    });

    it('a server-sent event arrives while its stream stays open, which ends when its reader goes', async () => {
      const { session } = await signIn();
      const stream = await out.stream('/v1/notifications/stream', session);
      expect(stream.type).toContain('text/event-stream');
      await expect.poll(stream.text, { timeout: 10_000 }).toContain(': connected');
      const incidentId = await openIncident();
      await expect.poll(stream.text, { timeout: 10_000 }).toContain(incidentId);
      expect(stream.isOver()).toBe(false);
      stream.close();
      await untilMetric(server.address, 'causeflow_relay_subscriptions{kind="stream"}', (open) => open === 0);
    });

    it('a page of any other origin can neither connect nor change anything, and of the public one it can', async () => {
      const { session } = await signIn();
      const foreign = [`http://${NAME}`, `https://www.${NAME}`, `${ORIGIN}:8443`, 'null'];
      for (const origin of foreign) {
        const connected = out.connect(`/relay?token=${await ticketFor(session)}`, { origin });
        await expect(connected).rejects.toThrow('403');
        expect([origin, (await post('/auth/sign-out', { ...session, origin })).status]).toEqual([origin, 403]);
      }
      await expect(out.connect(`/relay?token=${await ticketFor(session)}`, {})).rejects.toThrow('403');
      expect((await post('/auth/sign-out', session)).status).toBe(200);
    });

    it('connections count by the address that the proxy sees, and nobody can make one up', async () => {
      const relay = (kind: string) => `causeflow_relay_connections{kind="${kind}"}`;
      for (const kind of ['agent', 'person']) await untilMetric(server.address, relay(kind), (open) => open === 0);
      const made: RpcClient[] = [];
      for (let number = 1; number <= CONNECTIONS; number += 1) {
        made.push(await agent({ 'x-forwarded-for': `192.0.2.${number}` }));
      }
      await expect(agent({ 'x-forwarded-for': '192.0.2.99' })).rejects.toThrow('429');
      // Only Linux has more than one address on loopback without being told so.
      if (process.platform === 'linux') made.push(await agent({}, '127.0.0.2'));
      for (const client of made) expect(await client.call('ping')).toEqual({ pong: true });
      for (const client of made) client.close();
      await untilMetric(server.address, relay('agent'), (open) => open === 0);
    });

    it('an import may have 64 MiB and no more', async () => {
      const incidentId = await openIncident();
      const publisher = await agent();
      await publishMany(publisher, incidentId, 600, 'x'.repeat(5_000));
      publisher.close();
      const headers = { authorization: `Bearer ${await tokenOf()}`, 'content-type': 'application/x-ndjson' };
      const send = (length: number, ...chunks: readonly (Buffer | string)[]) =>
        out.ask('POST', '/v1/incidents/import', { ...headers, 'content-length': String(length) }, chunks);
      const { text } = await out.ask('GET', `/v1/incidents/${incidentId}/export`, headers);
      expect(text.length).toBeGreaterThan(3_000_000);
      expect(await send(Buffer.byteLength(text), text)).toMatchObject({ status: 201, body: { events: 600 } });
      // As much as there may be of what is no record: the server itself has read it to say so.
      const most = await send(MAX_IMPORT_BYTES, Buffer.alloc(MAX_IMPORT_BYTES, 'x'));
      expect(most).toMatchObject({ status: 400, body: { error: 'validation_error' } });
      expect((await send(MAX_IMPORT_BYTES + 1)).status).toBe(413);
    }, 60_000);

    it('what is for operators is not there from outside, however it is spelled, and is there on the machine', async () => {
      for (const path of ['/metrics', '/healthz', '/readyz']) {
        const spelled = [path, `${path}?a=1`, path.replace('e', '%65'), `/v1/..${path}`, `/${path}`, `${path}/`];
        for (const [place, spelling] of spelled.entries()) {
          const answer = await out.ask(place === 1 ? 'HEAD' : 'GET', spelling);
          if (place < 3) expect([spelling, answer.status]).toEqual([spelling, 404]);
          expect([spelling, answer.text]).not.toEqual([spelling, expect.stringMatching(/causeflow_|"status":/)]);
        }
        expect((await rawRequest(server.address, 'GET', path)).status).toBe(200);
      }
    });

    it('plain HTTP only leads to the same address with TLS', async () => {
      const answer = await rawRequest(proxy.plain, 'GET', '/incidents?status=open', { headers: { host: NAME } });
      expect(answer.status).toBeOneOf([301, 308]);
      expect(String(answer.headers.location)).toMatch(/^https:\/\/live\.example\.com(:\d+)?\/incidents\?status=open$/);
    });

    it('without the server the answer is 502, and no ticket or token is in what the proxy writes', async () => {
      await server.kill();
      const token = await tokenOf();
      used.push(token);
      for (const path of [`/relay?token=${token}`, `/v1/notifications/stream?token=${token}`]) {
        expect((await out.ask('GET', path, { origin: ORIGIN })).status).toBe(502);
      }
      const written = await proxy.written();
      expect(written).toContain(kind === 'nginx' ? '"GET /relay" 502' : '/relay?token=REDACTED');
      for (const secret of used) expect(written).not.toContain(secret);
      await server.restart();
      expect((await signIn()).answer.status).toBe(200);
    });
  });
});
