import { request as httpRequest } from 'node:http';
import { connect as connectSocket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../testing/browser.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';
import { admin, expired, member, signed } from '../testing/people.ts';
import { connect, refusedUpgrade } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { range } from '../testing/shared.ts';

describe('the way in for a browser', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer({ env: { LOG_LEVEL: 'trace', ALLOWED_ORIGINS: 'https://live.example.com' } });
  });
  afterAll(() => server.stop());

  const signedIn = async (token?: string) => {
    const browser = openBrowser(server.address);
    await browser.signIn(token ?? (await admin()));
    return browser;
  };
  const knock = (token: string, headers: Record<string, string> = { origin: server.address }) =>
    refusedUpgrade(`${server.address}/relay?token=${encodeURIComponent(token)}`, headers);

  it('is a ticket, with which the relay answers as it does to anybody', async () => {
    const browser = await signedIn();
    expect((await browser.post('/auth/ticket')).body).toEqual({
      ticket: expect.stringMatching(/^[A-Za-z0-9_-]{22,}$/),
      expiresIn: 30,
    });
    const client = await browser.relay();
    expect((await client.next(() => true)).params).toMatchObject({ tenantId: 'ten_a' });
    expect(await client.call('ping')).toEqual({ pong: true });
    client.close(1000, 'done');
    expect(await client.closed).toEqual({ code: 1000, reason: 'done' });
  });

  it('is a JWT too', async () => {
    const client = await openBrowser(server.address).relay(await member());
    expect(await client.call('ping')).toEqual({ pong: true });
    client.close();
  });

  it('opens once for each ticket, also when it is used many times at once', async () => {
    const browser = await signedIn();
    const ticket = await browser.ticket();
    const tries = await Promise.allSettled(range(50).map(() => browser.relay(ticket)));
    const opened = tries.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    expect(opened).toHaveLength(1);
    const used = await knock(ticket);
    const unknown = await knock('x'.repeat(43));
    const wrong = await knock('a.b.c');
    const late = await knock(await expired());
    expect(used.status).toBe(401);
    for (const answer of [unknown, wrong, late]) {
      expect({ status: answer.status, text: answer.text }).toEqual({ status: 401, text: used.text });
    }
    expect(JSON.parse(used.text)).toEqual({ error: 'unauthorized', message: expect.any(String) });
    opened[0]?.close();
  });

  it('does not open without a token', async () => {
    for (const path of ['/relay', '/relay?token=', '/relay?other=1', '/relay?token=%']) {
      expect((await refusedUpgrade(server.address + path, { origin: server.address })).status).toBe(401);
    }
  });

  it('needs a session for a ticket', async () => {
    const browser = openBrowser(server.address);
    expect(await browser.post('/auth/ticket')).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
  });

  it('closes with the session: tickets of it die when somebody signs out', async () => {
    const browser = await signedIn();
    const ticket = await browser.ticket();
    await browser.post('/auth/sign-out');
    expect((await knock(ticket)).status).toBe(401);
  });

  it.each([
    ['no origin', {}],
    ['null', { origin: 'null' }],
    ['a foreign one', { origin: 'https://evil.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['another scheme', { origin: 'https://127.0.0.1' }],
    ['one that begins like ours', { origin: 'http://127.0.0.1.evil.example' }],
    ['one that the Host header repeats', { origin: 'http://evil.example', host: 'evil.example' }],
    ['one that begins like an allowed one', { origin: 'https://live.example.com.evil.example' }],
  ])('is shut to %s, before the token is looked at', async (_, headers) => {
    const browser = await signedIn();
    const ticket = await browser.ticket();
    const answer = await knock(ticket, headers);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toEqual({ error: 'forbidden', message: expect.any(String) });
    const client = await browser.relay(ticket);
    client.close();
  });

  it('is open to origins that are allowed, and to our own by any of its names', async () => {
    for (const origin of ['https://live.example.com', `http://localhost:${server.port}`, server.address]) {
      const browser = await signedIn();
      const client = await connect(`${server.address}/relay?token=${await browser.ticket()}`, { origin });
      client.close();
    }
  });

  it('refuses a broken handshake in the shape of all refusals', async () => {
    const browser = await signedIn();
    const answer = await knock(await browser.ticket(), { origin: server.address, 'sec-websocket-key': 'short' });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toEqual({ error: 'validation_error', message: expect.any(String) });
  });

  it('leaves no token, ticket or cookie in what the server writes, whatever is done with them', async () => {
    const token = await signed({ sub: 'usr_secret' });
    const browser = await signedIn(token);
    const secrets = [token, browser.cookie().split('=')[1] ?? '', await browser.ticket(), await browser.ticket()];
    const [, , ticket = '', other = ''] = secrets;
    const answers: string[] = [];
    const plain = (path: string, headers: Record<string, string> = {}) =>
      new Promise<void>((resolve) => {
        const request = httpRequest(server.address + path, { headers }, (response) => {
          response.setEncoding('utf8').on('data', (chunk: string) => answers.push(chunk));
          response.on('end', resolve);
        });
        request.on('error', () => resolve());
        request.end();
      });
    for (const secret of [token, ticket]) {
      await plain(`/relay?token=${secret}`);
      await plain(`/relay/%E0%A4%A?token=${secret}`);
      await plain(`/v1/incidents/${secret.repeat(20)}?token=${secret}`);
      await plain(`/nowhere?token=${secret}`, { authorization: `Bearer ${secret}` });
      await refusedUpgrade(`${server.address}/nowhere?token=${secret}`, { authorization: `Bearer ${secret}` });
      await knock(secret, { origin: 'https://evil.example' });
    }
    await plain('/v1/incidents/none', { cookie: browser.cookie() });
    await browser.post('/v1/incidents/chat', { title: token });
    await browser.post('/auth/token', { token: `${token}x` });
    const client = await browser.relay(other);
    client.send('{');
    client.send(Buffer.from('binary'));
    await client.closed;
    // Not HTTP at all.
    await new Promise<void>((resolve) => {
      const socket = connectSocket(server.port, '127.0.0.1', () => {
        socket.write(
          `GET /relay?token=${ticket} HTTP/1.1\r\nAuthorization: Bearer ${token}\r\nBad Header: ${token}\r\n\r\n`,
        );
      });
      socket.on('data', (chunk) => answers.push(chunk.toString()));
      socket.on('close', () => resolve());
      socket.on('error', () => undefined);
    });
    const last = answers.at(-1) ?? '';
    expect(last).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(last.split('\r\n\r\n')[1] ?? '')).toEqual({
      error: 'validation_error',
      message: expect.any(String),
    });
    await server.kill('SIGTERM');
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(20);
      expect(server.output()).not.toContain(secret);
      expect(answers.join('')).not.toContain(secret);
    }
    await server.restart();
  });
});

describe('a ticket', () => {
  let app: InProcess;
  beforeAll(async () => {
    app = await startInProcess();
  });
  afterAll(() => app.stop());

  it('is good for 30 seconds', async () => {
    const browser = openBrowser(app.address);
    await browser.signIn(await admin());
    const first = await browser.ticket();
    const second = await browser.ticket();
    app.pass(29_000);
    (await browser.relay(first)).close();
    app.pass(2_000);
    const late = await refusedUpgrade(`${app.address}/relay?token=${second}`, { origin: app.address });
    const unknown = await refusedUpgrade(`${app.address}/relay?token=${'x'.repeat(43)}`, { origin: app.address });
    expect(late.status).toBe(401);
    expect(late.text).toBe(unknown.text);
  });
});
