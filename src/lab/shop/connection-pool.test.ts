import { describe, expect, it } from 'vitest';
import { createConnectionPool } from './connection-pool.ts';
import { createMetrics } from './metrics.ts';

describe('the pool of connections to the provider', () => {
  const open = (size: number) => {
    let certificate = 'expired';
    const pool = createConnectionPool(
      { name: 'payments', metrics: createMetrics(), log: () => undefined },
      { pool: 'provider', size: () => size, waitAtMostMs: () => 60_000, tls: () => ({ cert: certificate }) },
    );
    return {
      pool,
      certificateOf: async () => (await pool.acquire('t')).agent.options.cert,
      rotate: () => {
        certificate = 'renewed';
        pool.renew();
      },
    };
  };

  it('keeps a connection for the next request', async () => {
    const { pool } = open(2);
    const first = await pool.acquire('t');
    pool.release(first);
    expect(await pool.acquire('t')).toBe(first);
  });

  it('uses none with the old certificates once they have changed, though it was in use just then', async () => {
    const { pool, certificateOf, rotate } = open(2);
    const [busy, idle] = [await pool.acquire('t'), await pool.acquire('t')];
    pool.release(idle);
    rotate();
    pool.release(busy);
    expect(pool.state()).toEqual({ pool: 'provider', size: 2, inUse: 0, waiting: 0 });
    expect([await certificateOf(), await certificateOf()]).toEqual(['renewed', 'renewed']);
  });

  it('gives who waits for one that was in use a new one', async () => {
    const { pool, certificateOf, rotate } = open(1);
    const busy = await pool.acquire('t');
    const waiting = certificateOf();
    rotate();
    pool.release(busy);
    expect(await waiting).toBe('renewed');
  });
});
