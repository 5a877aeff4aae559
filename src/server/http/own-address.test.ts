import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openBrowser } from '../testing/browser.ts';
import { startInProcess } from '../testing/in-process.ts';
import { readMetrics } from '../testing/metrics.ts';
import { AGENT_KEY, admin, withKey } from '../testing/people.ts';
import { connect } from '../testing/rpc-client.ts';
import { startServer } from '../testing/server-process.ts';
import { loopbackOf, sourceOf } from './own-address.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

it.each([
  ['0.0.0.0', '127.0.0.1', undefined],
  ['::', '[::1]', undefined],
  ['127.0.0.1', '127.0.0.1', undefined],
  ['::1', '[::1]', undefined],
  ['10.0.0.5', '10.0.0.5', '10.0.0.5'],
  ['2001:db8::5', '[2001:db8::5]', '2001:db8::5'],
])('what listens on %s reaches itself at %s, from %s', (address, own, source) => {
  expect(loopbackOf(address)).toBe(own);
  expect(sourceOf(address)).toBe(source);
});

describe('a server that listens on one address alone', () => {
  it.each(['127.0.0.1', ...(hasIpv6 ? ['::1'] : [])])(
    'of %s has its relay there, for agents and browsers',
    async (host) => {
      const server = await startInProcess({}, { host });
      onTestFinished(server.stop);
      const browser = openBrowser(server.address);
      await browser.signIn(await admin());
      for (const client of [await connect(server.relayUrl, withKey(AGENT_KEY)), await browser.relay()]) {
        expect(await client.call('ping')).toEqual({ pong: true });
        client.close();
      }
    },
  );

  it.skipIf(!hasIpv6)(
    'has its lab there too',
    async () => {
      const env = { HOST: '::1', JWT_SECRET: undefined, AGENT_API_KEYS: undefined, DEMO: '1', LAB_AUTO_FAULT: '' };
      const server = await startServer({ env });
      onTestFinished(server.stop);
      const agents = async () =>
        (await readMetrics(server.address)).get('causeflow_relay_connections{kind="agent"}') ?? 0;
      await expect.poll(agents, { timeout: 60_000 }).toBeGreaterThan(0);
    },
    90_000,
  );
});
