import { jetstream } from '@nats-io/jetstream';
import { Objm } from '@nats-io/obj';
import { connect as connectNats } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { NATS_SERVER, type NatsServer, startNats } from './log/testing/nats-server.ts';
import { type Api, apiOf } from './testing/api-client.ts';
import { AGENT_KEY, admin, bearer, TENANT, withKey } from './testing/people.ts';
import { connect } from './testing/rpc-client.ts';
import { type ServerProcess, startServer } from './testing/server-process.ts';
import { progress, publishMany } from './testing/shared.ts';

const WITHIN = { timeout: 20_000 };

describe.skipIf(NATS_SERVER === undefined)('The archive of incidents that have ended', () => {
  let broker: NatsServer;
  let nodes: readonly ServerProcess[];
  let ana: Api;
  const startNode = (): Promise<ServerProcess> => startServer({ env: { NATS_URL: broker.url, NATS_ARCHIVE: '1' } });

  beforeAll(async () => {
    broker = await startNats();
    nodes = [await startNode(), await startNode()];
    ana = apiOf(nodes[0]?.address ?? '', await admin());
  }, 60_000);
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await broker.stop();
  });

  /** As anybody reads it who has a client of NATS. */
  const archive = async () => {
    const connection = await connectNats({ servers: `127.0.0.1:${broker.port}` });
    onTestFinished(() => connection.close());
    const store = await new Objm(jetstream(connection)).open('causeflow-archive');
    return {
      read: async (incidentId: string): Promise<string> => {
        const blob = await store.getBlob(`${TENANT}/${incidentId}.jsonl`);
        return blob === null ? '' : Buffer.from(blob).toString();
      },
      names: async () => (await store.list()).map(({ name }) => name),
    };
  };

  const publish = async (incidentId: string, events: number): Promise<void> => {
    const agent = await connect(`${nodes[1]?.address}/v1/connect`, withKey(AGENT_KEY));
    await publishMany(agent, incidentId, events);
    agent.close();
  };

  const close = (incidentId: string) => ana.patch(`/v1/incidents/${incidentId}`, { status: 'closed' });

  it('has the whole record of one, as the export gives it, and none of one that goes on', async () => {
    const { read, names } = await archive();
    const [ended, open] = [await ana.openIncident(), await ana.openIncident()];
    for (const incidentId of [ended, open]) await publish(incidentId, 30);
    expect((await close(ended)).status).toBe(200);
    await expect.poll(() => read(ended), WITHIN).toContain('"type":"end"');
    const exported = await fetch(`${nodes[1]?.address}/v1/incidents/${ended}/export`, {
      headers: bearer(await admin()),
    });
    expect(await read(ended)).toBe(await exported.text());
    expect(await names()).not.toContain(`${TENANT}/${open}.jsonl`);
  });

  it('takes up what is added after the end', async () => {
    const { read } = await archive();
    const incidentId = await ana.openIncident();
    await close(incidentId);
    await expect.poll(() => read(incidentId), WITHIN).toContain('"type":"end"');
    const agent = await connect(`${nodes[0]?.address}/v1/connect`, withKey(AGENT_KEY));
    onTestFinished(() => agent.close());
    await agent.call('investigation.progress', progress(incidentId, 'said afterwards'));
    await expect.poll(() => read(incidentId), WITHIN).toContain('said afterwards');
  });

  it('is made up for by a node that starts, where one ended while none of them archived', async () => {
    const without = await startServer({ env: { NATS_URL: broker.url } });
    onTestFinished(without.stop);
    await Promise.all(nodes.map((node) => node.kill('SIGTERM')));
    const alone = apiOf(without.address, await admin());
    const incidentId = await alone.openIncident();
    expect((await alone.patch(`/v1/incidents/${incidentId}`, { status: 'closed' })).status).toBe(200);
    const { read } = await archive();
    expect(await read(incidentId)).toBe('');
    await Promise.all(nodes.map((node) => node.restart()));
    await expect.poll(() => read(incidentId), WITHIN).toContain('"type":"end"');
  }, 60_000);
});
