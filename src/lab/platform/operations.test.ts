import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeRelay, startFakeRelay } from '../../agent/testing/fake-relay.ts';
import { keysOf } from '../shop/configuration-of.ts';
import { runShop, type ShopUnderTest } from '../testing/run-shop.ts';

describe('the operations on the shop', () => {
  let relay: FakeRelay;
  let shop: ShopUnderTest;
  beforeAll(async () => {
    relay = await startFakeRelay();
    shop = await runShop('hazel', relay.url);
  }, 120_000);
  afterAll(async () => {
    await shop.stop();
    await relay.close();
  });

  it('run once for an operationId, however often they are asked for', async () => {
    const request = { type: 'restart_service', args: { service: 'gateway' }, operationId: 'op_once' };
    const first = await shop.onPlatform('/operations', request);
    const second = await shop.onPlatform('/operations', request);
    expect(first.body).toMatchObject({
      changed: true,
      before: { instance: 1 },
      after: { instance: 2, status: 'running' },
    });
    expect(second.body).toEqual(first.body);
  });

  it('do nothing where the state is not as expected, and say how it is', async () => {
    const { provider } = shop.shop;
    const args = { service: 'payments', pool: provider, size: 12 };
    expect(await shop.operate('scale_pool', args, { expect: { size: 5 } })).toMatchObject({
      status: 409,
      body: { error: 'precondition_failed', state: { size: 8 } },
    });
    expect(await shop.operate('scale_pool', args, { expect: { size: 8 } })).toMatchObject({
      status: 200,
      body: { changed: true, before: { size: 8 }, after: { size: 12 } },
    });
    expect(await shop.operate('scale_pool', args)).toMatchObject({ status: 200, body: { changed: false } });
    expect((await shop.onPlatform('/pools')).body).toMatchObject({ pools: [{ pool: provider, size: 12 }] });
  });

  it('take the number of a migration for the file that has it, and for no other', async () => {
    const table = 'CREATE TABLE some_codes (code TEXT PRIMARY KEY);';
    const { file } = await shop.control.migrate('create_some_codes', table, undefined);
    const args = { service: 'orders', file, up: table };
    expect((await shop.operate('sql_migration', args)).body).toMatchObject({ changed: false });
    const other = { ...args, file: file.replace('create', 'undo'), up: 'DROP TABLE some_codes;' };
    expect((await shop.onPlatform('/operations/state', { type: 'sql_migration', args: other })).body).toMatchObject({
      state: { applied: false, newest: Number.parseInt(file, 10) },
    });
    expect(await shop.operate('sql_migration', other)).toMatchObject({ status: 422 });
  });

  it('fail for real', async () => {
    const down = { service: 'orders', file: '9001_wrong.sql', up: 'DROP INDEX there_is_no_such_index;' };
    expect(await shop.operate('sql_migration', down)).toMatchObject({
      status: 422,
      body: { error: 'operation_failed', says: expect.stringContaining('no such index') },
    });
    expect(await shop.onPlatform('/operations/state', { type: 'sql_migration', args: down })).toMatchObject({
      body: { state: { applied: false } },
    });
    expect(await shop.operate('rollback_deployment', { service: 'worker' })).toMatchObject({ status: 422 });
    expect(await shop.operate('rollback_deployment', { service: 'nobody' })).toMatchObject({ status: 404 });
    expect(await shop.operate('rotate_certificate', { certificate: 'none' })).toMatchObject({ status: 404 });
    expect(await shop.operate('explode', {})).toMatchObject({ status: 404 });
    expect(await shop.operate('scale_pool', { service: 'payments', pool: shop.shop.provider, size: 0 })).toMatchObject({
      status: 422,
    });
  });

  it('put a message aside and back', async () => {
    const [queue, delivery] = [shop.shop.queue, { country: 'ZZ', grams: 10, notBefore: '2030-01-01' }];
    await shop.control.traffic.order(delivery);
    const messageId = await shop.until(
      async () => (await shop.control.messages()).find(({ body }) => body.includes('ZZ'))?.messageId,
    );
    const args = { queue, messageId };
    expect((await shop.operate('park_message', args)).body).toMatchObject({ after: { status: 'parked' } });
    expect((await shop.operate('park_message', args)).body).toMatchObject({ changed: false });
    expect((await shop.operate('requeue_message', args)).body).toMatchObject({ changed: true });
    expect((await shop.operate('park_message', args)).body).toMatchObject({ changed: true });
  });

  it('leave nothing of a slow provider once the shop was put back, whoever restarts it', {
    timeout: 120_000,
  }, async () => {
    await shop.control.slowProvider(60_000);
    await shop.putBack();
    expect(await shop.operate('restart_service', { service: shop.shop.provider })).toMatchObject({ status: 200 });
    const delivery = { country: 'DE', grams: 10, notBefore: '2030-01-01' };
    const basket = { customer: 1, cart: 2, cents: 499, card: '4242 4242', delivery };
    const { gatewayUrl, shopToken } = shop.running;
    const checkout = () => shop.ask(gatewayUrl(), '/checkout', basket, shopToken);
    // What was asked of the slow one still holds its connections for a moment.
    await shop.until(async () => (await checkout()).status === 201 || undefined);
  });

  it('are in the change feed, with what was before', async () => {
    const key = keysOf(shop.shop).workerTimeout;
    await shop.control.configure('worker', key, '3500');
    const { body } = await shop.operate('rollback_config', { service: 'worker', key }, { author: 'ana' });
    expect(body).toMatchObject({ changed: true, after: { value: '4000', previousValue: '3500' } });
    const { changes } = (await shop.onPlatform('/changes?service=worker')).body;
    expect(changes).toContainEqual(
      expect.objectContaining({
        changeId: body.changeId,
        kind: 'config',
        author: 'ana',
        before: '3500',
        after: '4000',
      }),
    );
  });
});
