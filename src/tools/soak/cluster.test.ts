import { describe, expect, it, onTestFinished } from 'vitest';
import { NATS_SERVER } from '../../server/log/testing/nats-server.ts';
import { startCluster } from './cluster.ts';

describe.skipIf(NATS_SERVER === undefined)('The soak of a cluster', () => {
  it('loses, doubles and reorders nothing where the node of half the viewers is killed', async () => {
    const cluster = await startCluster();
    onTestFinished(cluster.stop);
    const { publishGapMs, viewerGapMs, ...tally } = await cluster.run('viewers-node', 200);
    expect(tally).toMatchObject({ acknowledged: 200, lost: 0, doubled: 0, reordered: 0 });
    expect(Math.min(publishGapMs, viewerGapMs)).toBeGreaterThan(0);
  }, 120_000);
});
