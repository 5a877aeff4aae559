import { afterAll, describe, expect, it } from 'vitest';
import { NATS_SERVER } from '../server/log/testing/nats-server.ts';
import { closeBrowser } from './harness/browser.ts';
import { benches } from './registry.ts';

afterAll(closeBrowser);

describe.each(Object.entries(benches))('the bench "%s"', (_, bench) => {
  const cannotRun = bench.needsBroker === true && NATS_SERVER === undefined;
  it.skipIf(cannotRun)(
    'measures the product and each of its peers',
    async () => {
      const rows = await bench.run('tiny');
      expect(rows.length).toBeGreaterThan(0);
      for (const { figures } of rows) {
        const [own, ...peers] = figures;
        expect(own).toMatchObject({ side: 'CauseFlow Live', value: expect.any(Number) });
        // A peer that is not installed is said to be so; another fault is one of the bench.
        for (const { value, note } of peers) if (value === null) expect(note).toMatch(/is not installed/);
      }
    },
    60_000,
  );
});
