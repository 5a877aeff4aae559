import { get, type IncomingMessage } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { apiOf } from '../testing/api-client.ts';
import { readMetrics } from '../testing/metrics.ts';
import { AGENT_KEY, admin, bearer, withKey } from '../testing/people.ts';
import { connect } from '../testing/rpc-client.ts';
import { startServer } from '../testing/server-process.ts';
import { publishMany, range } from '../testing/shared.ts';

const MIB = 1024 * 1024;
const READERS = 8;
const EVENTS = 1_000;
const PER_CALL = 50;
/** Four megabytes a reader vanish in the kernel’s buffers; of eight, some wait in the server. */
const PADDING = 'x'.repeat(8_000);

test('slow readers of every kind never hold more than their limit together, and get everything once', async () => {
  const server = await startServer({ env: { LOG_LEVEL: 'silent', READERS_MEMORY_MIB: '1' } });
  onTestFinished(() => server.stop());
  const token = await admin();
  const incidentId = await apiOf(server.address, token).openIncident();
  const agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  const readers = await Promise.all(range(READERS).map(() => connect(`${server.address}/v1/connect`, bearer(token))));
  for (const [index, reader] of readers.entries()) {
    onTestFinished(() => reader.webSocket.terminate());
    await reader.call('investigation.subscribe', { incidentId, batch: index % 2 === 0 });
    reader.socket.pause();
  }
  const stream = await new Promise<IncomingMessage>((resolve) =>
    get(`${server.address}/v1/notifications/stream`, { headers: bearer(token) }, resolve),
  );
  onTestFinished(() => void stream.destroy());
  stream.pause();

  const held: number[] = [];
  const measure = async (): Promise<void> => {
    held.push((await readMetrics(server.address)).get('causeflow_readers_held_bytes') ?? Number.NaN);
  };
  for (const _ of range(EVENTS / PER_CALL)) {
    await publishMany(agent, incidentId, PER_CALL, PADDING);
    await measure();
  }
  // They are behind, or nothing would have been at stake.
  expect((await readMetrics(server.address)).get('causeflow_relay_slow_readers')).toBe(READERS);

  for (const reader of readers) reader.socket.resume();
  let streamed = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    streamed += text;
  });
  stream.resume();
  for (const reader of readers) {
    await reader.until(() => reader.events(incidentId).length >= EVENTS);
    await measure();
    expect(reader.events(incidentId).map(({ seq }) => seq)).toEqual(range(EVENTS));
  }
  const streamedNumbers = () => [...streamed.matchAll(/"message":"m(\d+)x/g)].map(([, number]) => Number(number));
  await expect.poll(() => streamedNumbers().length, { timeout: 20_000 }).toBe(EVENTS);
  expect(streamedNumbers()).toEqual(range(EVENTS / PER_CALL).flatMap(() => range(PER_CALL)));
  expect(Math.max(...held)).toBeLessThanOrEqual(MIB);
  expect(Math.max(...held)).toBeGreaterThan(0);
  await expect
    .poll(async () => (await readMetrics(server.address)).get('causeflow_readers_held_bytes'), { timeout: 10_000 })
    .toBe(0);
}, 90_000);
