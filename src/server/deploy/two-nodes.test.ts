import { describe, expect, it, onTestFinished } from 'vitest';
import { NATS_SERVER, startNats } from '../log/testing/nats-server.ts';
import { apiOf } from '../testing/api-client.ts';
import { AGENT_KEY, admin, bearer, withKey } from '../testing/people.ts';
import { programOf } from '../testing/program-of.ts';
import { openPublicClient } from '../testing/public-client.ts';
import { startReverseProxy } from '../testing/reverse-proxy.ts';
import type { RpcClient } from '../testing/rpc-client.ts';
import { startServer } from '../testing/server-process.ts';
import { publishMany, range } from '../testing/shared.ts';

const NAME = 'live.example.com';
const VIEWERS = 20;
const EVENTS = 400;

const caddy = programOf('caddy');

describe.skipIf(NATS_SERVER === undefined || caddy === undefined)('Two nodes behind Caddy', () => {
  it('lose nobody: viewers of a node that is killed go on at the other, and miss nothing', async () => {
    const broker = await startNats();
    onTestFinished(broker.stop);
    const nodes = await Promise.all(
      range(2).map(() => startServer({ env: { NATS_URL: broker.url, ALLOWED_ORIGINS: `https://${NAME}` } })),
    );
    for (const node of nodes) onTestFinished(node.stop);
    const [first, second] = nodes;
    if (first === undefined || second === undefined) throw new Error('two nodes');
    const upstream = nodes.map(({ port }) => `127.0.0.1:${port}`).join(' ');
    const proxy = await startReverseProxy('caddy', caddy ?? '', NAME, upstream);
    onTestFinished(proxy.stop);
    const out = openPublicClient(proxy, NAME);
    const token = await admin();
    const incidentId = await apiOf(second.address, token).openIncident();

    /** The `seq`s that a viewer has seen, over as many connections as it took. */
    const watch = async () => {
      const seqs: number[] = [];
      let client: RpcClient | undefined;
      let connections = 0;
      let hasLeft = false;
      const join = async (): Promise<void> => {
        const joined = await out.connect('/v1/connect', bearer(token));
        client = joined;
        connections += 1;
        await joined.call('investigation.subscribe', { incidentId, afterSeq: seqs.at(-1) ?? 0 });
        void joined.closed.then(async () => {
          seqs.push(...joined.events(incidentId).map(({ seq }) => Number(seq)));
          if (!hasLeft) await join();
        });
      };
      await join();
      return {
        connections: () => connections,
        last: () => client?.events(incidentId).at(-1)?.seq ?? seqs.at(-1),
        async leave() {
          hasLeft = true;
          client?.close();
          await client?.closed;
          return seqs;
        },
      };
    };
    const viewers = await Promise.all(range(VIEWERS).map(watch));
    const agent = await out.connect('/v1/connect', withKey(AGENT_KEY));
    onTestFinished(() => agent.close());
    await publishMany(agent, incidentId, EVENTS);
    await first.kill('SIGKILL');
    const other = await out.connect('/v1/connect', withKey(AGENT_KEY));
    onTestFinished(() => other.close());
    await publishMany(other, incidentId, EVENTS);
    const { headSeq } = await other.call('investigation.subscribe', { incidentId });
    await expect.poll(() => viewers.every(({ last }) => last() === headSeq), { timeout: 30_000 }).toBe(true);

    // Caddy had spread them, and each has everything once.
    expect(viewers.filter(({ connections }) => connections() > 1).length).toBeGreaterThan(0);
    expect(viewers.filter(({ connections }) => connections() === 1).length).toBeGreaterThan(0);
    for (const viewer of viewers) expect(await viewer.leave()).toEqual(range(Number(headSeq)));
  }, 90_000);
});
