import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryDirectory } from '../log/testing/temporary-directory.ts';
import { makeVersion1 } from '../log/testing/version-1.ts';
import { request } from '../testing/api-client.ts';
import { startInProcess } from '../testing/in-process.ts';
import { admin, bearer } from '../testing/people.ts';
import { connect, refusedUpgrade } from '../testing/rpc-client.ts';
import { startServer } from '../testing/server-process.ts';

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  server.close();
  await once(server, 'close');
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
};

const ready = (address: string) => request(address, 'GET', '/readyz');

test('a server that still reads its log lives, is not ready and takes nobody in', async () => {
  const dataDir = await temporaryDirectory();
  await makeVersion1(dataDir, 150_000);
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const starting = startServer({ dataDir, env: { PORT: String(port) } });
  await expect.poll(() => ready(address).catch(() => null), { interval: 1, timeout: 10_000 }).not.toBeNull();
  expect(await ready(address)).toMatchObject({ status: 503, body: { status: 'unavailable', reason: 'rebuilding' } });
  expect(await request(address, 'GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
  const call = await request(address, 'GET', '/v1/incidents', { headers: { 'x-request-id': 'early' } });
  expect(call).toMatchObject({ status: 503, body: { error: 'service_unavailable' } });
  expect(call.headers.get('x-request-id')).toBe('early');
  expect((await refusedUpgrade(`${address}/v1/connect`)).status).toBe(503);
  const server = await starting;
  onTestFinished(() => server.stop());
  expect(await ready(address)).toMatchObject({ status: 200, body: { status: 'ready' } });
}, 40_000);

test('a server whose log cannot be written is not ready', async () => {
  const server = await startInProcess();
  onTestFinished(server.stop);
  expect((await ready(server.address)).status).toBe(200);
  const health = vi.spyOn(server.log, 'health').mockReturnValue('unavailable');
  expect(await ready(server.address)).toMatchObject({ status: 503, body: { reason: 'the log cannot be written' } });
  health.mockRestore();
  expect((await ready(server.address)).status).toBe(200);
});

test('a server that shuts down says so and takes nobody in until the last client has gone', async () => {
  const server = await startServer();
  onTestFinished(() => server.stop());
  const client = await connect(`${server.address}/v1/connect`, bearer(await admin()));
  // It does not read that it should close.
  client.socket.pause();
  const ended = server.kill('SIGTERM');
  await expect
    .poll(async () => (await ready(server.address)).body, { interval: 5 })
    .toEqual({
      status: 'unavailable',
      reason: 'shutting down',
    });
  expect((await refusedUpgrade(`${server.address}/v1/connect`, bearer(await admin()))).status).toBe(503);
  expect(await ended).toBe(0);
});
