import { expect, onTestFinished, test } from 'vitest';
import { openBrowser } from '../testing/browser.ts';
import { startFakeUpstream } from '../testing/fake-upstream.ts';
import { readMetrics } from '../testing/metrics.ts';
import { admin } from '../testing/people.ts';
import { startServer } from '../testing/server-process.ts';
import { range } from '../testing/shared.ts';

const BROWSERS = 6;
const FRAMES = 1_000;
/** Eight megabytes a browser, more than the kernel's buffers hold. */
const TEXT = 'x'.repeat(8_000);

test('browsers that do not read never keep more than their limit waiting together, and get everything', async () => {
  const upstream = await startFakeUpstream();
  onTestFinished(() => upstream.stop());
  const server = await startServer({
    env: {
      RELAY_URL: upstream.relayUrl,
      API_URL: upstream.apiUrl,
      JWT_SECRET: undefined,
      AGENT_API_KEYS: undefined,
      READERS_MEMORY_MIB: '1',
    },
  });
  onTestFinished(() => server.stop());
  const browser = openBrowser(server.address);
  await browser.signIn(await admin());
  const waiting = async (): Promise<number> =>
    (await readMetrics(server.address)).get('causeflow_proxy_waiting_bytes') ?? Number.NaN;
  const clients = [];
  for (const _ of range(BROWSERS)) {
    const [client, relay] = await Promise.all([browser.relay(), upstream.nextSocket()]);
    client.socket.pause();
    for (const number of range(FRAMES)) relay.send(`"${number}${TEXT}"`);
    clients.push(client);
  }
  const measured: number[] = [];
  await expect
    .poll(
      async () => {
        measured.push(await waiting());
        return measured.at(-1);
      },
      { timeout: 20_000 },
    )
    .toBeGreaterThan(100_000);
  for (const _ of range(20)) measured.push(await waiting());
  for (const client of clients) client.socket.resume();
  for (const client of clients) {
    await client.until(() => client.frames.length === FRAMES);
    measured.push(await waiting());
    expect(client.frames.map((text) => Number(/^"(\d+)x/.exec(text)?.[1]))).toEqual(range(FRAMES));
    client.close();
  }
  expect(Math.max(...measured)).toBeLessThanOrEqual(1024 * 1024);
}, 60_000);
