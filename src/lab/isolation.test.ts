import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeRelay, startFakeRelay } from '../agent/testing/fake-relay.ts';
import { CHOICES } from './faults/catalog.ts';
import { poolLeak } from './faults/pool-leak.ts';
import { startAgents } from './processes.ts';
import { runShop, type ShopUnderTest } from './testing/run-shop.ts';

const SEED = 'unmistakable-seed';
const ROUTE = /'(GET|POST) (\/[a-z/-]+)'/g;

/** Every route that the sources of the two processes name. */
const routesOf = (folder: string): [method: string, path: string][] => {
  const dir = join(import.meta.dirname, folder);
  const texts = readdirSync(dir).map((file) => readFileSync(join(dir, file), 'utf8'));
  return texts.flatMap((text) =>
    [...text.matchAll(ROUTE)].map(([, method, path]): [string, string] => [method ?? '', path ?? '']),
  );
};

const BODIES: Record<string, object> = {
  '/query': { metric: 'up', operation: 'value', windowMs: 1_000, by: 'service' },
  '/logs': { limit: 1_000 },
  '/traces': { limit: 50 },
  '/sql': { service: 'orders', sql: 'SELECT * FROM sqlite_master' },
  '/operations': { type: 'rollback_deployment', args: { service: 'nobody' }, operationId: 'op_1' },
  '/operations/state': { type: 'rollback_deployment', args: { service: 'payments' } },
};

describe('what agents can reach', () => {
  let relay: FakeRelay;
  let shop: ShopUnderTest;
  beforeAll(async () => {
    relay = await startFakeRelay();
    process.env.LAB_SEED = SEED;
    shop = await runShop(SEED, relay.url);
  }, 120_000);
  afterAll(async () => {
    delete process.env.LAB_SEED;
    await shop.stop();
    await relay.close();
  });

  it('tells nothing of the seed, the fault or who makes it', { timeout: 120_000 }, async () => {
    const { shopToken, monitor, platform } = shop.running;
    // Two leaks are enough then.
    await shop.control.configure('payments', shop.control.key('poolSize'), '2');
    await poolLeak.inject(shop.control);
    await shop.until(
      async () => (await shop.onMonitor('/logs', { contains: 'pool exhausted' })).body.total || undefined,
    );

    const dir = join(shop.dir, 'agents');
    const { agents, stop } = await startAgents(shop.options, shop.running);
    const texts = new Map<string, string>();
    for (const file of ['environ', 'cmdline']) {
      texts.set(file, process.platform === 'linux' ? readFileSync(`/proc/${agents.pid}/${file}`, 'utf8') : '');
    }
    for (const file of readdirSync(dir)) texts.set(file, readFileSync(join(dir, file), 'utf8'));
    const routes = [
      ...routesOf('monitor').map((route) => [monitor.address, ...route] as const),
      ...routesOf('platform').map((route) => [platform.address, ...route] as const),
    ];
    expect(routes.length).toBeGreaterThan(25);
    for (const [base, method, path] of routes) {
      const answer = await shop.ask(base, path, method === 'POST' ? (BODIES[path] ?? {}) : undefined);
      texts.set(`${method} ${path}`, answer.text);
    }
    await stop();

    const secrets = [
      SEED,
      shopToken,
      'keepsConnectionOnDecline',
      'cachePerRequest',
      'addedMs',
      'decoy',
      'connection_leak',
      ...CHOICES.map(({ title }) => title),
    ];
    for (const [where, text] of texts) {
      for (const secret of secrets) expect(text.includes(secret), `${secret} in ${where}`).toBe(false);
    }
    expect(texts.get('GET /releases')).toContain('payments');
  });

  it('is nothing without the token, and not what services tell each other', async () => {
    const { monitor, platform } = shop.running;
    expect(await shop.ask(platform.address, '/changes', undefined, 'guess')).toMatchObject({ status: 403 });
    expect(await shop.ask(monitor.address, '/alerts', undefined, '')).toMatchObject({ status: 403 });
    expect(await shop.ask(platform.address, '/targets')).toMatchObject({ status: 403 });
    expect(await shop.ask(monitor.address, '/ingest', { spans: [] })).toMatchObject({ status: 403 });
  });

  it('changes nothing by the SQL desk', async () => {
    const { table, indexName } = shop.shop;
    for (const sql of [`DROP INDEX ${indexName}`, `DELETE FROM ${table}`, 'PRAGMA database_list', 'ATTACH "x" AS y']) {
      expect(await shop.onPlatform('/sql', { service: 'orders', sql })).toMatchObject({ status: 422 });
    }
  });
});
