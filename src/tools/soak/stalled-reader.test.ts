import { expect, onTestFinished, test } from 'vitest';
import { noFaults } from '../../bench/harness/check.ts';
import { apiOf } from '../../server/testing/api-client.ts';
import { readMetrics, untilMetric } from '../../server/testing/metrics.ts';
import { AGENT_KEY, admin, withKey } from '../../server/testing/people.ts';
import { connect } from '../../server/testing/rpc-client.ts';
import { startServer } from '../../server/testing/server-process.ts';
import { publishMany, range } from '../../server/testing/shared.ts';
import { startReader } from './reader.ts';

const READERS = 200;
const EVENTS = 1_000;
const PADDING = 'x'.repeat(500);
/** Answers as large as none other, of which the kernel's buffers hold some megabytes; then what waits is the server's. */
const DISCOVERIES = 400;
/** What may wait for one of 200, and an answer that was on its way. All the events would be more. */
const MOST_BYTES = 1024 * 1024 + 256 * 1024;

test('one reader that stalls among two hundred holds nobody up, takes up its share and then gets everything', async () => {
  const server = await startServer({ env: { LOG_LEVEL: 'silent', IDLE_TIMEOUT_S: '600' } });
  onTestFinished(() => server.stop());
  const incidentId = await apiOf(server.address, await admin()).openIncident();
  const agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  const readers = range(READERS).map(() => startReader(server.address, incidentId, EVENTS));
  const [stalled, ...live] = readers;
  await Promise.all(readers.map(({ subscribed }) => subscribed));
  stalled?.pause();
  for (const id of range(DISCOVERIES)) stalled?.ask({ jsonrpc: '2.0', id, method: 'rpc.discover' });
  await untilMetric(server.address, 'causeflow_relay_reader_waiting_bytes', (bytes) => bytes > 64 * 1024);

  const waiting: number[] = [];
  const slow: number[] = [];
  const measure = async (): Promise<void> => {
    const metrics = await readMetrics(server.address);
    waiting.push(metrics.get('causeflow_relay_reader_waiting_bytes') ?? Number.NaN);
    slow.push(metrics.get('causeflow_relay_slow_readers') ?? Number.NaN);
  };
  for (const _ of range(EVENTS / 25)) {
    await publishMany(agent, incidentId, 25, PADDING);
    await measure();
  }
  for (const { done } of live) expect(await done).toEqual(noFaults);
  await measure();
  expect(Math.max(...waiting)).toBeLessThanOrEqual(MOST_BYTES);
  expect(Math.max(...slow)).toBe(1);
  const metrics = await readMetrics(server.address);
  expect(metrics.get('causeflow_relay_fell_behind_total')).toBeGreaterThan(0);

  stalled?.resume();
  expect(await stalled?.done).toEqual(noFaults);
  // Closed with 1013 where it stalled for too long, and back from its last event.
  const { ended, code } = stalled?.progress() ?? { ended: -1, code: 0 };
  expect(ended === 0 || code === 1013).toBe(true);
}, 240_000);
