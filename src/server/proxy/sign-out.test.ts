import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../testing/browser.ts';
import { admin } from '../testing/people.ts';
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
