import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SubscribeResult } from '../../protocol/connection.ts';
import { type Api, apiOf } from '../testing/api-client.ts';
import { AGENT_KEY, admin, bearer, withKey } from '../testing/people.ts';
import { connect, type RpcClient } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { progress, proposal, publishMany, range } from '../testing/shared.ts';

describe('resuming', () => {
  let server: ServerProcess;
  let api: Api;
  let agent: RpcClient;
  const clients: RpcClient[] = [];

  const join = async (headers: Record<string, string>): Promise<RpcClient> => {
    const client = await connect(`${server.address}/v1/connect`, headers);
    clients.push(client);
    return client;
  };
  const person = async () => join(bearer(await admin()));
  const seqsOf = (client: RpcClient, incidentId: string) => client.events(incidentId).map(({ seq }) => Number(seq));

  beforeAll(async () => {
    server = await startServer();
    api = apiOf(server.address, await admin());
    agent = await join(withKey(AGENT_KEY));
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await server.stop();
  });

  /** An incident with so many events. */
  const incidentWith = async (count: number): Promise<string> => {
    const incidentId = await api.openIncident();
    await publishMany(agent, incidentId, count);
    return incidentId;
  };

  /** Subscribes, publishes one more event, and returns the result and the seqs up to that event. */
  const joinAnew = async (incidentId: string, params: Record<string, unknown>) => {
    const client = await person();
    const result = SubscribeResult.parse(await client.call('investigation.subscribe', { incidentId, ...params }));
    const { seq: last } = await agent.call('investigation.progress', progress(incidentId, 'one more'));
    await client.next(({ params: told }) => told?.incidentId === incidentId && told.seq === last);
    return { result, seqs: seqsOf(client, incidentId), last: Number(last), client };
  };

  it('without a position brings live events only', async () => {
    const incidentId = await incidentWith(10);
    const { result, seqs } = await joinAnew(incidentId, {});
    expect(result).toMatchObject({ headSeq: 10 });
    expect(result).not.toHaveProperty('reset');
    expect(seqs).toEqual([11]);
  });

  it('after a seq brings every event that follows it', async () => {
    const incidentId = await incidentWith(1_200);
    const { epoch } = (await joinAnew(incidentId, {})).result;
    expect((await joinAnew(incidentId, { afterSeq: 0 })).seqs).toEqual(range(1_202));
    expect((await joinAnew(incidentId, { afterSeq: 700, epoch })).seqs).toEqual(range(503, 701));
    const atHead = await joinAnew(incidentId, { afterSeq: 1_203, epoch });
    expect(atHead.result).not.toHaveProperty('reset');
    expect(atHead.seqs).toEqual([1_204]);
  });

  it('by a tail brings the last events, however many there are', async () => {
    const incidentId = await incidentWith(50);
    expect((await joinAnew(incidentId, { tail: 0 })).seqs).toEqual([51]);
    expect((await joinAnew(incidentId, { tail: 5 })).seqs).toEqual(range(6, 47));
    expect((await joinAnew(incidentId, { tail: 10_000 })).seqs).toEqual(range(53));
    const empty = await api.openIncident();
    expect((await joinAnew(empty, { tail: 10 })).seqs).toEqual([1]);
  });

  it('in another epoch, or past the head, starts anew and says so', async () => {
    const incidentId = await incidentWith(20);
    const { epoch } = (await joinAnew(incidentId, {})).result;
    const otherEpoch = await joinAnew(incidentId, { afterSeq: 10, epoch: 'another life' });
    expect(otherEpoch.result).toMatchObject({ reset: true, epoch });
    expect(otherEpoch.seqs).toEqual(range(22));
    const pastHead = await joinAnew(incidentId, { afterSeq: 23, epoch });
    expect(pastHead.result).toMatchObject({ reset: true, headSeq: 22 });
    expect(pastHead.seqs).toEqual(range(23));
    const withTail = await joinAnew(incidentId, { afterSeq: 1_000_000, tail: 3 });
    expect(withTail.result.reset).toBe(true);
    expect(withTail.seqs).toEqual(range(4, 21));
  });

  it('answers with the result before the first event', async () => {
    const incidentId = await incidentWith(30);
    for (const batch of [false, true]) {
      const { client } = await joinAnew(incidentId, { afterSeq: 0, batch });
      const result = client.messages.findIndex(({ result: answer }) => answer?.incidentId === incidentId);
      const first = client.messages.findIndex(({ params }) => params?.seq === 1);
      expect(result).toBeGreaterThan(0);
      expect(first).toBeGreaterThan(result);
    }
  });

  it('with batches sends arrays of at most 512, and without never an array', async () => {
    const incidentId = await incidentWith(2_000);
    const sizesOf = (client: RpcClient) =>
      client.frames.map((text): unknown => JSON.parse(text)).map((frame) => (Array.isArray(frame) ? frame.length : 0));
    const batched = await joinAnew(incidentId, { afterSeq: 0, batch: true });
    expect(batched.seqs).toEqual(range(2_001));
    expect(Math.max(...sizesOf(batched.client))).toBeLessThanOrEqual(512);
    expect(Math.max(...sizesOf(batched.client))).toBeGreaterThan(100);
    const single = await joinAnew(incidentId, { afterSeq: 0 });
    expect(single.seqs).toEqual(range(2_002));
    expect(Math.max(...sizesOf(single.client))).toBe(0);
  });

  it('of remediations brings the events of plans only', async () => {
    const incidentId = await incidentWith(5);
    await agent.call('remediation.proposed', proposal(incidentId, 'rem_resumed'));
    await publishMany(agent, incidentId, 600);
    await agent.call('remediation.proposed', proposal(incidentId, 'rem_resumed'));
    const client = await person();
    const result = await client.call('remediation.subscribe', { incidentId, afterSeq: 0 });
    expect(result).toMatchObject({ headSeq: 607, epoch: expect.any(String) });
    await client.next(({ params }) => params?.seq === 607);
    expect(seqsOf(client, incidentId)).toEqual([6, 607]);
  });

  it('while events are published leaves no gap and repeats nothing, whenever it happens', async () => {
    const incidentId = await api.openIncident();
    const total = 2_000;
    const joined: { client: RpcClient; from: number; headSeq: number }[] = [];
    let isDone = false;
    const join = async (round: number): Promise<void> => {
      const client = await person();
      const mode = round % 4;
      const params =
        mode === 0
          ? { afterSeq: 0 }
          : mode === 1
            ? { tail: (round * 7) % 300 }
            : mode === 2
              ? {}
              : { afterSeq: 0, batch: true };
      const result = SubscribeResult.parse(await client.call('investigation.subscribe', { incidentId, ...params }));
      const headSeq = result.headSeq ?? 0;
      const from = mode === 1 ? Math.max(1, headSeq - ((round * 7) % 300) + 1) : mode === 2 ? headSeq + 1 : 1;
      joined.push({ client, from, headSeq });
    };
    const joining = (async () => {
      for (let round = 0; !isDone || round < 40; round += 1) {
        await Promise.all([join(4 * round), join(4 * round + 1), join(4 * round + 2), join(4 * round + 3)]);
        if (round >= 40) break;
      }
    })();
    for (let done = 0; done < total; done += 20) {
      agent.send(
        range(20, done + 1).map((number) => ({
          jsonrpc: '2.0',
          ...(number === done + 20 ? { id: `storm-${number}` } : {}),
          method: 'investigation.progress',
          params: progress(incidentId, `m${number}`),
        })),
      );
      await agent.next(({ id }) => id === `storm-${done + 20}`);
    }
    isDone = true;
    await joining;
    expect(joined.filter(({ headSeq }) => headSeq > 0 && headSeq < total).length).toBeGreaterThan(20);
    await agent.call('investigation.progress', progress(incidentId, 'the last'));
    await Promise.all(joined.map(({ client }) => client.next(({ params }) => params?.message === 'the last')));
    for (const { client, from } of joined) {
      expect(seqsOf(client, incidentId)).toEqual(range(total + 2 - from, from));
    }
    for (const { client } of joined) client.close();
  }, 60_000);
});

describe('resuming after the server was killed', () => {
  it('goes on where it was, in the same epoch, with everything that was acknowledged', async () => {
    const server = await startServer();
    try {
      const url = `${server.address}/v1/connect`;
      const incidentId = await apiOf(server.address, await admin()).openIncident();
      const seen = new Set<number>();
      let acknowledged = 0;
      let epoch: unknown;
      for (const round of range(3)) {
        const agent = await connect(url, withKey(AGENT_KEY));
        const client = await connect(url, bearer(await admin()));
        const afterSeq = Math.max(0, ...seen);
        const result = await client.call('investigation.subscribe', { incidentId, afterSeq, epoch, batch: true });
        expect(result).not.toHaveProperty('reset');
        epoch ??= result.epoch;
        expect(result.epoch).toBe(epoch);
        for (const number of range(300)) {
          const params = progress(incidentId, `${round}-${number}`, { eventId: `evt_${round}_${number}` });
          agent.send({ jsonrpc: '2.0', id: `${round}-${number}`, method: 'investigation.progress', params });
        }
        await agent.until(() => agent.messages.filter(({ result: done }) => done !== undefined).length >= 50);
        await server.kill('SIGKILL');
        await Promise.all([agent.closed, client.closed]);
        const seqs = agent.messages.flatMap(({ result: done }) => (typeof done?.seq === 'number' ? [done.seq] : []));
        acknowledged = Math.max(acknowledged, ...seqs);
        for (const { seq } of client.events(incidentId)) {
          expect(seq).toBe(Math.max(0, ...seen) + 1);
          seen.add(Number(seq));
        }
        await server.restart();
      }
      const client = await connect(url, bearer(await admin()));
      const agent = await connect(url, withKey(AGENT_KEY));
      const { headSeq } = await client.call('investigation.subscribe', { incidentId, afterSeq: 0, epoch });
      expect(Number(headSeq)).toBeGreaterThanOrEqual(acknowledged);
      const again = await agent.call('investigation.progress', progress(incidentId, 'again', { eventId: 'evt_1_1' }));
      const fresh = await agent.call('investigation.progress', progress(incidentId, 'after all'));
      expect(fresh.seq).toBe(Number(headSeq) + 1);
      await client.next(({ params }) => params?.seq === fresh.seq);
      const events = client.events(incidentId);
      expect(events.map(({ seq }) => seq)).toEqual(range(Number(headSeq) + 1));
      expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
      expect(events.find(({ eventId }) => eventId === 'evt_1_1')?.seq).toBe(again.seq);
      client.close();
      agent.close();
    } finally {
      await server.stop();
    }
  }, 60_000);
});
