import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compiledUrl } from '../compiled.ts';
import { apiOf } from '../testing/api-client.ts';
import { AGENT_KEY, admin, withKey } from '../testing/people.ts';
import { connect, refusedUpgrade } from '../testing/rpc-client.ts';
import { startServer } from '../testing/server-process.ts';
import { progress } from '../testing/shared.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

const start = async () => {
  const hangFile = join(await temporaryDirectory(), 'hang');
  const preload = compiledUrl(import.meta.url, '../testing/hang-writer.ts').href;
  const server = await startServer({ env: { HANG_FILE: hangFile, NODE_OPTIONS: `--import=${preload}` } });
  onTestFinished(server.stop);
  const api = apiOf(server.address, await admin());
  const agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  onTestFinished(() => agent.webSocket.terminate());
  const incidentId = await api.openIncident();
  const publish = (message: string, eventId: string) =>
    agent.ask('investigation.progress', progress(incidentId, message, { eventId }));
  const readiness = async () => (await fetch(`${server.address}/readyz`)).status;
  return { server, api, agent, incidentId, hangFile, publish, readiness };
};

test('a storage that stands still is answered with errors and is unavailable, and what it stored after all is told once', async () => {
  const { server, api, agent, incidentId, hangFile, publish, readiness } = await start();
  await agent.call('investigation.subscribe', { incidentId });
  await publish('before', 'evt_before');
  await writeFile(hangFile, '');
  const held = await publish('held', 'evt_held');
  expect(held.error).toMatchObject({
    code: -32603,
    data: { error: 'service_unavailable', retryAfterMs: expect.any(Number) },
  });
  expect(await readiness()).toBe(503);
  expect((await api.get('/v1/relay/status')).body.status).toBe('unavailable');
  // Nobody waits any more: these are refused at once.
  expect((await publish('refused', 'evt_refused')).error?.code).toBe(-32603);
  expect((await api.post(`/v1/investigation/${incidentId}`)).status).toBe(503);
  expect((await refusedUpgrade(`${server.address}/v1/connect`, withKey(AGENT_KEY))).status).toBe(503);
  // What is stored can still be read.
  expect((await api.get(`/v1/investigation/${incidentId}/events`)).body.total).toBe(1);

  await rm(hangFile);
  await expect.poll(readiness, { timeout: 10_000 }).toBe(200);
  const again = await publish('held', 'evt_held');
  await publish('after', 'evt_after');
  await agent.until(() => agent.events(incidentId).some(({ eventId }) => eventId === 'evt_after'));
  expect(agent.events(incidentId).map(({ eventId }) => eventId)).toEqual(['evt_before', 'evt_held', 'evt_after']);
  expect(again.result?.seq).toBe(agent.events(incidentId)[1]?.seq);
}, 30_000);

test('a storage that stands still does not keep the server from stopping, which says that it was not flushed', async () => {
  const { server, hangFile, publish } = await start();
  await writeFile(hangFile, '');
  publish('held', 'evt_held').catch(() => undefined);
  expect(await server.kill('SIGTERM')).toBe(1);
  expect(server.output()).toContain('was not flushed');
}, 30_000);
