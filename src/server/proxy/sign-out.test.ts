import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../testing/browser.ts';
import { openEventStream } from '../testing/event-stream.ts';
import { startFakeUpstream } from '../testing/fake-upstream.ts';
import { admin, bearer, expiringIn } from '../testing/people.ts';
import { connect, refusedUpgrade } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';

describe('signing out', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const signedIn = async () => {
    const browser = openBrowser(server.address);
    await browser.signIn(await admin());
    return browser;
  };

  it('ends the open sockets of that session with 4401, and no other', async () => {
    const [leaving, staying] = [await signedIn(), await signedIn()];
    const sockets = [await leaving.relay(), await leaving.relay()];
    const other = await staying.relay();
    const direct = await connect(`${server.address}/relay?token=${await admin()}`, { origin: server.address });
    for (const socket of [...sockets, other, direct]) await socket.call('ping');
    await leaving.post('/auth/sign-out');
    for (const socket of sockets) expect(await socket.closed).toEqual({ code: 4401, reason: 'signed out' });
    for (const socket of [other, direct]) {
      expect(await socket.call('ping')).toEqual({ pong: true });
      socket.close();
    }
  });

  it('ends the streams of that session, and no other', async () => {
    const [leaving, staying] = [await signedIn(), await signedIn()];
    const url = `${server.address}/v1/notifications/stream`;
    const ofSession = await openEventStream(url, { cookie: leaving.cookie() });
    const others = [
      await openEventStream(url, { cookie: staying.cookie() }),
      await openEventStream(url, bearer(await admin())),
    ];
    await leaving.post('/auth/sign-out');
    await ofSession.ended;
    expect((await openEventStream(url, { cookie: leaving.cookie() })).status).toBe(401);
    await staying.post('/v1/incidents/chat', { title: 'Later', description: 'Somebody still listens.' });
    for (const stream of others) {
      await expect.poll(() => stream.events.at(-1)?.event).toBe('incident.created');
      stream.close();
    }
  });

  it('is over everywhere when the same browser signs in anew', async () => {
    const browser = await signedIn();
    const socket = await browser.relay();
    const stream = await openEventStream(`${server.address}/v1/notifications/stream`, { cookie: browser.cookie() });
    await browser.signIn(await admin());
    expect(await socket.closed).toEqual({ code: 4401, reason: 'signed out' });
    await stream.ended;
    (await browser.relay()).close();
  });

  it('ends what comes from an API elsewhere, too', async () => {
    const upstream = await startFakeUpstream();
    upstream.streamWith(200);
    const env = { RELAY_URL: upstream.relayUrl, API_URL: upstream.apiUrl, JWT_SECRET: undefined };
    const before = await startServer({ env: { ...env, AGENT_API_KEYS: undefined } });
    try {
      const browser = openBrowser(before.address);
      await browser.signIn(await admin());
      const opening = openEventStream(`${before.address}/v1/notifications/stream`, { cookie: browser.cookie() });
      await expect.poll(() => upstream.streams.length, { timeout: 10_000 }).toBe(1);
      upstream.streams[0]?.write(': hello\n\n');
      const stream = await opening;
      expect(stream.status).toBe(200);
      await browser.post('/auth/sign-out');
      await stream.ended;
    } finally {
      await before.stop();
      await upstream.stop();
    }
  });

  it('comes by itself with the token’s end, for streams as for sockets', async () => {
    const url = `${server.address}/v1/notifications/stream`;
    const token = await expiringIn(2);
    const browser = openBrowser(server.address);
    await browser.signIn(token);
    const streams = [
      await openEventStream(url, bearer(token)),
      await openEventStream(`${url}?token=${token}`),
      await openEventStream(url, { cookie: browser.cookie() }),
    ];
    const socket = await browser.relay();
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const { ended } of streams) await ended;
    expect((await socket.closed).code).toBe(1008);
    expect(socket.messages.at(-1)).toMatchObject({ id: null, error: { code: -32001 } });
  });

  it('makes the tickets of the session useless', async () => {
    const browser = await signedIn();
    const ticket = await browser.ticket();
    await browser.post('/auth/sign-out');
    const { status, text } = await refusedUpgrade(`${server.address}/relay?token=${ticket}`, {
      origin: server.address,
    });
    expect(status).toBe(401);
    expect(JSON.parse(text)).toMatchObject({ error: 'unauthorized' });
  });

  it('while a socket opens leaves none open', async () => {
    for (let round = 0; round < 10; round += 1) {
      const browser = await signedIn();
      const ticket = await browser.ticket();
      const opening = browser.relay(ticket).then(
        ({ closed }) => closed,
        () => ({ code: 4401 }),
      );
      await browser.post('/auth/sign-out');
      expect((await opening).code).toBe(4401);
    }
  });
});
