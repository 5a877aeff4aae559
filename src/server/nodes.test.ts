import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { NATS_SERVER, type NatsServer, startNats } from './log/testing/nats-server.ts';
import { type Api, apiOf } from './testing/api-client.ts';
import { openBrowser } from './testing/browser.ts';
import { AGENT_KEY, admin, bearer, secondAdmin, signed, withKey } from './testing/people.ts';
import { connect, type RpcClient } from './testing/rpc-client.ts';
import { type ServerProcess, startServer } from './testing/server-process.ts';
import { progress, proposal, publishMany, range } from './testing/shared.ts';

/** Plans on which two admins decide at once, each on a node of their own. */
const RACES = 40;

describe.skipIf(NATS_SERVER === undefined)('Nodes that share a log in JetStream', () => {
  let broker: NatsServer;
  let here: ServerProcess;
  let there: ServerProcess;
  let ana: Api;
  let bea: Api;
  let agent: RpcClient;

  const connectTo = (node: ServerProcess, headers: Record<string, string>): Promise<RpcClient> =>
    connect(`${node.address}/v1/connect`, headers);
  const startNode = (): Promise<ServerProcess> => startServer({ env: { NATS_URL: broker.url } });

  beforeAll(async () => {
    broker = await startNats();
    [here, there] = await Promise.all([startNode(), startNode()]);
    ana = apiOf(here.address, await admin());
    bea = apiOf(there.address, await secondAdmin());
    agent = await connectTo(here, withKey(AGENT_KEY));
  }, 60_000);
  afterAll(async () => {
    agent.close();
    await Promise.all([here.stop(), there.stop()]);
    await broker.stop();
  });

  it('show on one what is published on the other, in its order and once, under the same epoch', async () => {
    const incidentId = await ana.openIncident();
    const viewer = await connectTo(there, bearer(await admin()));
    onTestFinished(() => viewer.close());
    const there1 = await viewer.call('investigation.subscribe', { incidentId, afterSeq: 0 });
    await publishMany(agent, incidentId, 500);
    await viewer.until(() => viewer.events(incidentId).length >= 500);
    const local = await connectTo(here, bearer(await admin()));
    onTestFinished(() => local.close());
    const here1 = await local.call('investigation.subscribe', { incidentId, afterSeq: 0 });
    await local.until(() => local.events(incidentId).length >= 500);
    expect(here1.epoch).toBe(there1.epoch);
    expect(viewer.events(incidentId)).toEqual(local.events(incidentId));
    expect(viewer.events(incidentId).map(({ message }) => message)).toEqual(range(500).map((number) => `m${number}`));
  });

  it('answer on one what was just changed on the other', async () => {
    for (const round of range(20)) {
      const incidentId = await ana.openIncident({ title: `Round ${round}` });
      expect((await bea.get(`/v1/incidents/${incidentId}`)).body).toMatchObject({ title: `Round ${round}` });
      const other = await connectTo(there, withKey(AGENT_KEY));
      await other.call('investigation.progress', progress(incidentId, 'at once'));
      other.close();
    }
  });

  it('take one decision on a plan, however the admins on both race, and tell each agent of it once', async () => {
    const listener = await connectTo(there, withKey(AGENT_KEY));
    onTestFinished(() => listener.close());
    const incidentId = await ana.openIncident();
    await listener.call('remediation.subscribe', { incidentId, afterSeq: 0 });
    const winners = { ana: 0, bea: 0 };
    for (const round of range(RACES)) {
      const remediationId = `rem_race_${round}`;
      await agent.call('remediation.proposed', proposal(incidentId, remediationId));
      const decide = [
        () => ana.post(`/v1/remediation/${remediationId}/approve`, {}),
        () => bea.post(`/v1/remediation/${remediationId}/${round % 2 === 0 ? 'reject' : 'approve'}`, {}),
      ];
      const [first, second] = await Promise.all(decide.map((one) => one()));
      expect([first?.status, second?.status].toSorted()).toEqual([200, 409]);
      winners[first?.status === 200 ? 'ana' : 'bea'] += 1;
    }
    expect(winners.ana + winners.bea).toBe(RACES);
    await agent.call('investigation.progress', progress(incidentId, 'the end'));
    const decisions = () =>
      listener.messages.filter(({ method }) => method === 'remediation.approved' || method === 'remediation.rejected');
    await listener.until(() => decisions().length >= RACES);
    const decided = decisions().map(({ params }) => params?.remediationId);
    expect(decided).toEqual(range(RACES).map((round) => `rem_race_${round}`));
  }, 60_000);

  it('move an incident once for each event that moves it, in their order, whichever of them heard it', async () => {
    const listener = await connectTo(there, withKey(AGENT_KEY));
    onTestFinished(() => listener.close());
    await listener.call('notifications.subscribe');
    for (const round of range(10)) {
      const incidentId = await ana.openIncident();
      const remediationId = `rem_moves_${round}`;
      const statuses = (): unknown[] =>
        listener.messages
          .filter(({ method, params }) => method === 'incident.status_changed' && params?.incidentId === incidentId)
          .map(({ params }) => params?.newStatus);
      await agent.call('remediation.proposed', proposal(incidentId, remediationId));
      await bea.post(`/v1/remediation/${remediationId}/approve`, {});
      await ana.post(`/v1/remediation/${remediationId}/execute`, {});
      await listener.call('remediation.executed', { incidentId, remediationId, outcome: 'resolved', durationMs: 1 });
      await listener.until(() => statuses().includes('resolved'));
      expect(statuses()).toEqual(['awaiting_approval', 'remediating', 'resolved']);
      expect((await ana.get(`/v1/incidents/${incidentId}`)).body.status).toBe('resolved');
    }
  });

  it('open an incident once, where agents on both choose the same id at once', async () => {
    const other = await connectTo(there, withKey(AGENT_KEY));
    onTestFinished(() => other.close());
    for (const round of range(10)) {
      const open = (client: RpcClient) =>
        client.ask('incident.created', { incidentId: `inc_same_${round}`, title: 'Both saw it', severity: 'high' });
      const answers = await Promise.all([agent, other].map(open));
      expect(answers.filter(({ result }) => result !== undefined)).toHaveLength(1);
      expect(answers.find(({ error }) => error !== undefined)?.error?.data).toMatchObject({ error: 'invalid_status' });
    }
  });

  it('let a session and its ticket of one be used on the other, the ticket once', async () => {
    const browser = openBrowser(here.address);
    await browser.signIn(await admin());
    const ticket = await browser.ticket();
    const open = (node: ServerProcess) =>
      connect(`${node.address}/relay?token=${ticket}`, { origin: node.address }).then(
        (client) => client.close(),
        () => 'refused',
      );
    const outcomes = await Promise.all([there, here, there, here].map(open));
    expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(3);
  });

  it('answer a repeated change with the first answer, whichever of them is asked', async () => {
    const headers = { 'idempotency-key': 'once-on-either' };
    const body = { title: 'Asked twice', description: 'By one who was not sure of it.' };
    const token = await admin();
    const ask = (node: ServerProcess) =>
      fetch(`${node.address}/v1/incidents/chat`, {
        method: 'POST',
        headers: { ...headers, ...bearer(token), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).then((answer) => answer.json());
    const [first, second] = await Promise.all([ask(here), ask(there)]);
    expect(first).toMatchObject({ title: 'Asked twice' });
    expect(second).toEqual(first);
  });

  it('count what one caller asks of either together', async () => {
    const remaining = async (node: ServerProcess): Promise<number> => {
      const answer = await fetch(`${node.address}/v1/incidents`, { headers: bearer(token) });
      return Number(answer.headers.get('x-ratelimit-remaining'));
    };
    const token = await signed({ sub: 'usr_counted', email: 'counted@a.example' });
    const before = await remaining(there);
    for (const _ of range(60)) await remaining(here);
    // Asking costs too, but less than what was asked of the other.
    await expect.poll(() => remaining(there), { interval: 1_000, timeout: 10_000 }).toBeLessThan(before - 55);
  });

  it('end on one what is open for a session that is signed out of on the other', async () => {
    const browser = openBrowser(here.address);
    await browser.signIn(await admin());
    const ticket = await browser.ticket();
    const tab = await connect(`${there.address}/relay?token=${ticket}`, { origin: there.address });
    await browser.post('/auth/sign-out');
    expect((await tab.closed).code).toBe(4401);
  });

  it('tell the people on both who else looks at an incident, until they leave', async () => {
    const incidentId = await ana.openIncident();
    const first = await connectTo(here, bearer(await admin()));
    onTestFinished(() => first.close());
    await first.call('investigation.subscribe', { incidentId });
    const second = await connectTo(there, bearer(await secondAdmin()));
    await second.call('investigation.subscribe', { incidentId });
    const viewersOf = (client: RpcClient): unknown => {
      const news = client.messages.findLast(({ method }) => method === 'presence.changed');
      return Array.isArray(news?.params?.viewers) ? news.params.viewers.map(({ userId }) => userId).sort() : [];
    };
    const both = JSON.stringify(['usr_ana', 'usr_bea']);
    await Promise.all([first, second].map((client) => client.until(() => JSON.stringify(viewersOf(client)) === both)));
    second.close();
    await first.until(() => JSON.stringify(viewersOf(first)) === JSON.stringify(['usr_ana']));
  });

  it('lose nothing of what was acknowledged when one is killed: its clients go on at the other', async () => {
    const victim = await startNode();
    onTestFinished(victim.stop);
    const incidentId = await ana.openIncident();
    const publisher = await connectTo(victim, withKey(AGENT_KEY));
    const viewer = await connectTo(victim, bearer(await admin()));
    await viewer.call('investigation.subscribe', { incidentId, afterSeq: 0 });
    const acknowledged: unknown[] = [];
    const publishing = (async () => {
      for (let count = 0; ; count += 1) {
        const params = progress(incidentId, `m${count}`, { eventId: `evt_${incidentId}_${count}` });
        const { result } = await publisher.ask('investigation.progress', params);
        acknowledged.push(result?.eventId);
      }
    })().catch(() => undefined);
    await viewer.until(() => viewer.events(incidentId).length > 200);
    await victim.kill('SIGKILL');
    await publishing;
    const seen = viewer.events(incidentId);
    const resumed = await connectTo(there, bearer(await admin()));
    onTestFinished(() => resumed.close());
    const { reset, headSeq } = await resumed.call('investigation.subscribe', {
      incidentId,
      afterSeq: seen.at(-1)?.seq,
    });
    expect(reset).toBeUndefined();
    await resumed.until(() => [...seen, ...resumed.events(incidentId)].at(-1)?.seq === headSeq);
    const all = [...seen, ...resumed.events(incidentId)].map(({ eventId }) => eventId);
    expect(new Set(all).size).toBe(all.length);
    expect(acknowledged.filter((eventId) => !all.includes(eventId))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(100);
  }, 60_000);
});
