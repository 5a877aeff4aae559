import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openBrowser } from '../testing/browser.ts';
import { openEventStream } from '../testing/event-stream.ts';
import { type FakeUpstream, startFakeUpstream } from '../testing/fake-upstream.ts';
import { untilMetric } from '../testing/metrics.ts';
import { AGENT_KEY, bearer, JWT_SECRET, OTHER_AGENT_KEY, signed, withKey } from '../testing/people.ts';
import { connect, refusedUpgrade } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';

/** All that a data directory holds, also what a file still has in freed pages. */
const contentOf = (dataDir: string): string =>
  readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)).toString('latin1'))
    .join('\n');

/** A text in the shapes in which it could be written. */
const shapesOf = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('hex'),
];

/** A token’s signature alone is as good as the token, to whoever knows what was signed. */
const partsOf = (token: string): readonly string[] => [token, token.split('.')[2] ?? token];

/** A JWT that says who signed it and how. */
const TOKEN = /eyJ[\w-]{10,}\.[\w-]{10,}/;

const readProcess = (pid: number, file: 'environ' | 'cmdline'): string =>
  readFileSync(`/proc/${pid}/${file}`, 'latin1');

/** A process and all that it and those have started. */
const familyOf = (pid: number): number[] => {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [pid, ...(children === '' ? [] : children.split(' ').flatMap((child) => familyOf(Number(child))))];
};

/** Some hundred requests of one process that writes down everything. */
const PATIENT_MS = 60_000;

describe('a secret', { timeout: PATIENT_MS }, () => {
  let server: ServerProcess | undefined;
  let upstream: FakeUpstream | undefined;
  afterEach(async () => {
    await server?.stop();
    await upstream?.stop();
    [server, upstream] = [undefined, undefined];
  });

  /** Uses every secret in every place where it belongs and in many where it doesn't; resolves to all that was answered. */
  const spendEverywhere = async (address: string, token: string): Promise<{ secrets: string[]; answers: string }> => {
    const answers: string[] = [];
    const get = async (path: string, init: RequestInit = {}): Promise<void> => {
      const response = await fetch(address + path, init).catch(() => undefined);
      if (response === undefined) return;
      const headers = [...response.headers].filter(([name]) => name !== 'set-cookie');
      answers.push(JSON.stringify(headers), await response.text());
    };
    const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<void> =>
      get(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
    const knock = async (path: string, headers: Record<string, string>): Promise<void> => {
      const { headers: answered, text } = await refusedUpgrade(address + path, headers);
      answers.push(JSON.stringify(answered), text);
    };

    const browser = openBrowser(address);
    await browser.signIn(token);
    const cookie = browser.cookie();
    const session = cookie.split('=')[1] ?? '';
    const [used, unused, foreign] = [await browser.ticket(), await browser.ticket(), await browser.ticket()];
    const socket = await browser.relay(used);
    await socket.ask('auth.refresh', { token: `${token}x` });
    await socket.ask(token, { token });
    await socket.ask('investigation.subscribe', { incidentId: token, token: session });
    socket.send(`{"token": "${token}"`);
    socket.send(Buffer.from(token));
    await socket.closed;
    answers.push(...socket.frames);

    for (const headers of [bearer(token), { cookie }]) {
      const stream = await openEventStream(`${address}/v1/notifications/stream`, headers);
      stream.close();
    }
    const stream = await openEventStream(`${address}/v1/notifications/stream?token=${token}`);
    expect(stream.status).toBe(200);
    stream.close();

    const secrets = [token, session, used, unused, foreign];
    for (const secret of secrets) {
      await get(`/v1/incidents?cursor=${secret}`, { headers: bearer(token) });
      await get(`/v1/incidents/${secret}?token=${secret}`, { headers: { ...bearer(token), referer: secret } });
      await get(`/v1/notifications/stream?token=${secret}x`);
      await get(`/v1/%E0%A4%A?token=${secret}`, { headers: bearer(secret) });
      await get(`/nowhere/${secret}?token=${secret}`, { headers: { cookie: `causeflow_session=${secret}` } });
      await get(`/metrics?token=${secret}`, { headers: { ...bearer(secret), ...withKey(secret) } });
      await post('/v1/incidents/chat', `{"title":"${secret}`, { ...bearer(token), origin: secret });
      await post('/v1/incidents/chat', '{}', { ...bearer(token), 'idempotency-key': secret });
      await post('/auth/token', JSON.stringify({ token: `${secret}x`, [secret]: secret }));
      await post('/auth/ticket', '{}', { cookie: `${cookie}x`, origin: address });
      await knock(`/relay?token=${secret}x`, { origin: address });
      await knock(`/nowhere?token=${secret}`, { authorization: `Bearer ${secret}`, 'x-api-key': secret });
      await knock(`/v1/connect?token=${secret}`, { authorization: `Bearer ${secret}x`, 'x-api-key': `${secret}x` });
    }
    await knock(`/relay?token=${used}`, { origin: address });
    await knock(`/relay?token=${foreign}`, { origin: 'https://evil.example' });
    await get('/metrics');
    // A session that stays, and one that is over.
    await openBrowser(address).signIn(token);
    await browser.post('/auth/sign-out');
    return { secrets, answers: answers.join('\n') };
  };

  const expectNowhere = (where: string, text: string, secrets: readonly string[]): void => {
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(10);
      for (const shape of shapesOf(secret)) expect(text.includes(shape), `${where} has ${shape}`).toBe(false);
    }
  };

  it('is in no line that the server writes, no answer, no metric and no file', async () => {
    const started = await startServer({ env: { LOG_LEVEL: 'trace' } });
    server = started;
    const token = await signed({ sub: 'usr_secret' });
    const agent = await connect(`${started.address}/v1/connect`, withKey(AGENT_KEY));
    await agent.call('incident.created', { title: 'Known to an agent', severity: 'low' });
    await agent.ask(AGENT_KEY, { key: AGENT_KEY });
    agent.close();
    const { secrets, answers } = await spendEverywhere(started.address, token);
    await started.kill('SIGTERM');
    const all = [...partsOf(token), ...secrets, AGENT_KEY, OTHER_AGENT_KEY, JWT_SECRET];
    expectNowhere('the output', started.output(), all);
    expectNowhere('an answer', answers, [...partsOf(token), ...secrets, JWT_SECRET]);
    const kept = contentOf(started.dataDir);
    expectNowhere('the data', kept, all);
    // The look would have found it: this is what is kept of a ticket.
    const [, , used = ''] = secrets;
    expect(kept).toContain(createHash('sha256').update(used).digest('base64url'));
  });

  it('is in no line before a relay and an API elsewhere either, and in no address that goes there', async () => {
    upstream = await startFakeUpstream();
    upstream.streamWith(200);
    const { relayUrl, apiUrl } = upstream;
    const env = { RELAY_URL: relayUrl, API_URL: apiUrl, JWT_SECRET: undefined, AGENT_API_KEYS: undefined };
    const started = await startServer({ env: { ...env, LOG_LEVEL: 'trace' } });
    server = started;
    const token = await signed({ sub: 'usr_secret' });
    const browser = openBrowser(started.address);
    await browser.signIn(token);
    const ticket = await browser.ticket();
    (await browser.relay(ticket)).close();
    const stream = await openEventStream(`${started.address}/v1/notifications/stream?token=${token}&types=all`);
    expect(stream.status).toBe(200);
    stream.close();
    for (const headers of [bearer(token), { cookie: browser.cookie() }]) {
      await fetch(`${started.address}/v1/incidents?token=${token}`, { headers });
    }
    upstream.welcomeWith({ status: 401 });
    await browser.relay().then(({ closed }) => closed);
    await upstream.stop();
    await fetch(`${started.address}/v1/incidents?token=${token}`, { headers: bearer(token) });
    await started.kill('SIGTERM');
    const secrets = [...partsOf(token), ticket, browser.cookie().split('=')[1] ?? ''];
    expectNowhere('the output', started.output(), secrets);
    expectNowhere('the data', contentOf(started.dataDir), secrets);
    const addresses = [...upstream.calls, ...upstream.upgrades].map(({ url }) => url).join('\n');
    expectNowhere('an address', addresses, secrets);
    expect(addresses).toContain('/v1/notifications/stream?types=all');
    expect(upstream.calls.map(({ headers }) => headers.authorization)).toContain(`Bearer ${token}`);
  });

  it('is in no line of the demo’s processes and no argument of one, nor is the key with which its lab publishes', async () => {
    const env = { JWT_SECRET: undefined, AGENT_API_KEYS: undefined, DEMO: '1', LAB_AUTO_FAULT: '' };
    const started = await startServer({ env: { ...env, LOG_LEVEL: 'trace' } });
    server = started;
    const browser = openBrowser(started.address);
    await browser.post('/auth/demo', { role: 'admin' });
    const session = browser.cookie().split('=')[1] ?? '';
    const ticket = await browser.ticket();
    const socket = await browser.relay(ticket);
    await untilMetric(started.address, 'causeflow_relay_connections{kind="agent"}', (agents) => agents > 0);
    const processes = familyOf(started.pid());
    const key = processes
      .map((pid) => /(?:^|\0)LAB_API_KEY=([^\0]+)/.exec(readProcess(pid, 'environ'))?.[1])
      .find((found) => found !== undefined);
    expect(processes.length).toBeGreaterThan(3);
    const secrets = [key ?? '', session, ticket];
    for (const pid of processes) expectNowhere('an argument', readProcess(pid, 'cmdline'), secrets);
    socket.close();
    await browser.post('/auth/renew');
    await browser.post('/auth/sign-out');
    expect((await browser.get('/v1/incidents')).status).toBe(401);
    // Its lab, which may still be starting, ends with it.
    await started.kill('SIGKILL');
    expect(started.output()).toContain('"connectionId"');
    expectNowhere('the output', started.output(), secrets);
    expectNowhere('the data', contentOf(started.dataDir), secrets);
    // Whoever signed it, and for whom: no token at all.
    expect(started.output()).not.toMatch(TOKEN);
  });
});
