import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeRelay, startFakeRelay } from '../../agent/testing/fake-relay.ts';
import { runShop, type ShopUnderTest } from '../testing/run-shop.ts';
import { cacheGrows } from './cache-grows.ts';
import { certificateExpired } from './certificate-expired.ts';
import type { Fault, Injected } from './fault.ts';
import { longTransaction } from './long-transaction.ts';
import { poisonMessage } from './poison-message.ts';
import { poolLeak } from './pool-leak.ts';
import { slowProvider } from './slow-provider.ts';
import { timeoutLowered } from './timeout-lowered.ts';

type Alert = { objective: string; kind: string; firing: boolean; value: number | null; limit: number };
type Mend = (shop: ShopUnderTest, injected: Injected) => { type: string; args: object };

const rows = (answer: { body: Record<string, unknown> }, name: string): Record<string, unknown>[] => {
  const list = answer.body[name];
  return Array.isArray(list) ? list : [];
};
type Row = readonly [Fault, kinds: readonly string[], evidence: (shop: ShopUnderTest) => Promise<unknown>, Mend];

/** The dropped index is in lab.test.ts, from the migration to its repair by agents. */
const mends: readonly Row[] = [
  [
    poolLeak,
    ['latency', 'errors'],
    async ({ onPlatform }) => rows(await onPlatform('/pools'), 'pools').some(({ size, inUse }) => size === inUse),
    () => ({ type: 'rollback_deployment', args: { service: 'payments' } }),
  ],
  [
    timeoutLowered,
    ['errors'],
    async ({ onMonitor }) =>
      (await onMonitor('/logs', { level: 'error', contains: 'did not answer within', limit: 5 })).body.total,
    (_, { truth }) => ({
      type: 'rollback_config',
      args: { service: truth.services[0], key: truth.subjects[0] },
    }),
  ],
  [
    cacheGrows,
    ['memory'],
    async ({ onMonitor }) => {
      const query = { metric: 'cache_entries', operation: 'max', windowMs: 1_000, by: 'service' };
      return JSON.stringify((await onMonitor('/query', query)).body.series);
    },
    (_, { truth }) => ({ type: 'rollback_deployment', args: { service: truth.services[0] } }),
  ],
  [
    poisonMessage,
    ['backlog'],
    async ({ onPlatform, shop }) =>
      rows(await onPlatform(`/queue-messages?queue=${shop.queue}`), 'messages')[0]?.lastError,
    ({ shop }, { truth }) => ({ type: 'park_message', args: { queue: shop.queue, messageId: truth.subjects[0] } }),
  ],
  [
    slowProvider,
    ['latency', 'errors'],
    async ({ onMonitor, shop }) =>
      rows(await onMonitor('/traces', { service: shop.provider, minMs: 800 }), 'traces')[0],
    ({ shop }) => ({
      type: 'set_circuit_breaker',
      args: { service: 'payments', dependency: shop.provider, enabled: true },
    }),
  ],
  [
    certificateExpired,
    ['errors'],
    async ({ onPlatform }) =>
      rows(await onPlatform('/certificates'), 'certificates').find(
        ({ notAfter }) => Date.parse(String(notAfter)) < Date.now(),
      ),
    (_, { truth }) => ({ type: 'rotate_certificate', args: { certificate: truth.subjects[0] } }),
  ],
  [
    longTransaction,
    ['errors', 'latency'],
    async ({ onPlatform }) => rows(await onPlatform('/transactions'), 'transactions')[0]?.holdsWriteLock,
    (_, { truth }) => ({ type: 'kill_transaction', args: { transactionId: truth.subjects[1] } }),
  ],
];

/** What is felt by objectives of their own is played at once; what all feel at the checkout, each alone. */
const together = (): Row[][] => {
  const apart = new Set<Fault>([poisonMessage, cacheGrows]);
  return [
    mends.filter(([fault]) => apart.has(fault)),
    ...mends.filter(([fault]) => !apart.has(fault)).map((row) => [row]),
  ];
};

describe('a fault of the shop', () => {
  let relay: FakeRelay;
  let shop: ShopUnderTest;
  beforeAll(async () => {
    relay = await startFakeRelay();
    shop = await runShop('cedar', relay.url);
  }, 120_000);
  beforeEach(() => shop.putBack(), 120_000);
  afterAll(async () => {
    await shop.stop();
    await relay.close();
  });

  const alerts = async (): Promise<Alert[]> => {
    const { alerts: list } = (await shop.onMonitor('/alerts')).body;
    return Array.isArray(list) ? list : [];
  };

  type Broken = { injected: Injected; kinds: readonly string[]; evidence: Row[2]; mend: Mend };

  const expectFelt = async ({ kinds, evidence, injected }: Broken): Promise<Alert> => {
    const fired = await shop.until(async () =>
      (await alerts()).find(({ firing, kind }) => firing && kinds.includes(kind)),
    );
    expect(fired.value).toBeGreaterThan(fired.limit);
    expect(await shop.until(async () => (await evidence(shop)) || undefined)).toBeTruthy();
    expect(await injected.isActive()).toBe(true);
    return fired;
  };

  it('(provider) ends by itself: payments are taken again, and a fix that is taken back breaks nothing', {
    timeout: 120_000,
  }, async () => {
    const { provider } = shop.shop;
    const status = async () => rows(await shop.onPlatform('/breakers'), 'breakers')[0]?.status;
    const becomes = (wanted: string) => shop.until(async () => (await status()) === wanted || undefined);
    const breaker = (enabled: boolean) =>
      shop.operate('set_circuit_breaker', { service: 'payments', dependency: provider, enabled });
    const injected = await slowProvider.inject(shop.control);
    await breaker(true);
    await becomes('open');
    await injected.subside?.();
    await becomes('closed');
    await breaker(false);
    expect(await injected.isActive()).toBe(false);
  });

  const mendOne = async ({ mend, injected }: Broken): Promise<void> => {
    const { type, args } = mend(shop, injected);
    const done = await shop.operate(type, args);
    expect(done, done.text).toMatchObject({ status: 200, body: { changed: true } });
  };

  it.each(together().map((group) => [group.map(([{ id }]) => id).join(', '), group] as const))(
    '(%s) is felt, seen and really mended',
    { timeout: 180_000 },
    async (_, group) => {
      const broken: Broken[] = [];
      for (const [fault, kinds, evidence, mend] of group) {
        broken.push({ injected: await fault.inject(shop.control), kinds, evidence, mend });
      }
      const fired = await Promise.all(broken.map(expectFelt));
      for (const one of broken) await mendOne(one);
      const calm = await shop.until(async () => {
        const now = await alerts();
        return now.some(({ firing }) => firing) ? undefined : now;
      });
      for (const { objective, limit } of fired) {
        const same = calm.find((alert) => alert.objective === objective);
        expect(same?.value ?? 0).toBeLessThanOrEqual(limit);
      }
      for (const { injected } of broken) expect(await injected.isActive()).toBe(false);
    },
  );
});
