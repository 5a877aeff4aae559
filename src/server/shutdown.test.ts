import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { apiOf, request } from './testing/api-client.ts';
import { openBrowser } from './testing/browser.ts';
import { AGENT_KEY, admin, bearer, withKey } from './testing/people.ts';
import { connect, type RpcClient } from './testing/rpc-client.ts';
import { startServer } from './testing/server-process.ts';
import { progress, publishMany } from './testing/shared.ts';

/** Publishes until the connection ends, and tells the ids of what was acknowledged. */
const publishUntilClosed = async (agent: RpcClient, incidentId: string): Promise<string[]> => {
  const acknowledged: string[] = [];
  for (;;) {
    const answer = await agent.ask('investigation.progress', progress(incidentId, 'on and on')).catch(() => null);
    if (answer === null) return acknowledged;
    acknowledged.push(String(answer.result?.eventId));
  }
};

test('a server that is told to stop says goodbye to everybody, waits for nobody who stalls, and keeps what it acknowledged', async () => {
  const server = await startServer();
  onTestFinished(server.stop);
  const url = `${server.address}/v1/connect`;
  const token = await admin();
  const api = apiOf(server.address, token);
  const incidentId = await api.openIncident();
  const agent = await connect(url, withKey(AGENT_KEY));
  const reader = await connect(url, bearer(token));
  const stalled = await connect(url, bearer(token));
  onTestFinished(() => stalled.webSocket.terminate());
  const browser = openBrowser(server.address);
  await browser.signIn(token);
  const tab = await browser.relay();
  for (const client of [reader, stalled, tab]) await client.call('investigation.subscribe', { incidentId });
  const stream = await fetch(`${server.address}/v1/notifications/stream`, { headers: bearer(token) });
  // Rejects where the stream is cut instead of ended.
  const streamed = stream.text();
  stalled.socket.pause();
  await publishMany(agent, incidentId, 2_000, 'x'.repeat(5_000));

  const publishing = publishUntilClosed(agent, incidentId);
  const before = agent.messages.length;
  await agent.until(() => agent.messages.length > before + 20);
  expect(await server.kill('SIGTERM')).toBe(0);

  for (const client of [agent, reader, tab]) expect(await client.closed).toMatchObject({ code: 1012 });
  expect(await streamed).toContain('event: investigation.progress');
  const acknowledged = await publishing;
  expect(acknowledged.length).toBeGreaterThan(20);
  await server.restart();
  const again = await connect(url, bearer(token));
  await again.call('investigation.subscribe', { incidentId, tail: acknowledged.length + 10 });
  const last = acknowledged.at(-1);
  await again.until(() => again.events(incidentId).some(({ eventId }) => eventId === last));
  const stored = again.events(incidentId).map(({ eventId }) => eventId);
  expect(acknowledged.filter((eventId) => !stored.includes(eventId))).toEqual([]);
  again.close();
}, 30_000);

test('a relay and an API elsewhere that never answer do not keep the server from stopping', async () => {
  const sockets: Socket[] = [];
  const hung = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => hung.listen(0, '127.0.0.1', resolve));
  const address = hung.address();
  const host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const server = await startServer({ env: { RELAY_URL: `ws://${host}`, API_URL: `http://${host}` } });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => hung.close(resolve));
    await server.stop();
  });
  const browser = openBrowser(server.address);
  const token = await admin();
  await browser.signIn(token);
  const tab = await browser.relay();
  const call = request(server.address, 'GET', '/v1/incidents', { token }).catch(() => 'cut');
  await expect.poll(() => sockets.length).toBe(2);
  expect(await server.kill('SIGTERM')).toBe(0);
  expect((await tab.closed).code).toBe(1012);
  expect(await call).toBe('cut');
}, 30_000);
