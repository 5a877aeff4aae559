import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectAgent } from '../../agent/connect.ts';
import { apiOf } from '../../server/testing/api-client.ts';
import { startFaultProxy } from '../../server/testing/fault-proxy.ts';
import { type InProcess, startInProcess } from '../../server/testing/in-process.ts';
import { AGENT_KEY, admin, withKey } from '../../server/testing/people.ts';
import { connect, type RpcClient } from '../../server/testing/rpc-client.ts';
import { progress, range } from '../../server/testing/shared.ts';

const STORED = 3;

let app: InProcess;
let agent: RpcClient;
let port: number;
beforeAll(async () => {
  app = await startInProcess();
  port = Number(new URL(app.address).port);
  agent = await connect(`${app.address}/v1/connect`, withKey(AGENT_KEY));
});
afterAll(() => app.stop());

const openIncident = async (events: number): Promise<string> => {
  const incidentId = await apiOf(app.address, await admin()).openIncident();
  for (const number of range(events)) await agent.call('investigation.progress', progress(incidentId, `m${number}`));
  return incidentId;
};

/** A subscriber whose connections are cut after so many bytes, one after the other; resolves to the seqs it heard. */
const seqsThrough = async (incidentId: string, cuts: readonly number[], count: number): Promise<number[]> => {
  const proxy = await startFaultProxy(port);
  proxy.cutNext(cuts);
  const url = `ws://127.0.0.1:${proxy.port}/v1/connect`;
  const subscriber = connectAgent({ url, apiKey: AGENT_KEY, random: () => 0 });
  const seqs: number[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const onEvent = ({ params }: { params: { seq?: number | undefined } }): void => {
        seqs.push(Number(params.seq));
        if (Math.max(...seqs) >= count) resolve();
      };
      subscriber.subscribe(incidentId, onEvent, { afterSeq: 0, onEnded: reject }).catch(reject);
    });
    return seqs;
  } finally {
    await subscriber.close();
    await proxy.close();
  }
};

test('a connection that is cut at any byte of its answer and its events loses and doubles nothing', async () => {
  const incidentId = await openIncident(STORED);
  const proxy = await startFaultProxy(port);
  const whole = await connect(`ws://127.0.0.1:${proxy.port}/v1/connect`, withKey(AGENT_KEY));
  await whole.next(({ method }) => method === 'connected');
  const before = proxy.passedBytes();
  await whole.call('investigation.subscribe', { incidentId, afterSeq: 0, batch: true });
  await whole.until(() => whole.events(incidentId).length === STORED);
  const after = proxy.passedBytes();
  whole.close();
  await proxy.close();
  const cuts = range(after - before + 1, before);
  for (let from = 0; from < cuts.length; from += 100) {
    const heard = await Promise.all(
      cuts.slice(from, from + 100).map((bytes) => seqsThrough(incidentId, [bytes], STORED)),
    );
    for (const seqs of heard) expect(seqs).toEqual(range(STORED));
  }
}, 120_000);

test('connections that are cut again and again, anywhere, while events go on, lose and double nothing', async () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 2_500 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(cuts, { minLength: 20, maxLength: 20 }), async (schedules) => {
      const incidentId = await openIncident(STORED);
      const hearing = schedules.map((schedule) => seqsThrough(incidentId, schedule, 2 * STORED));
      for (const number of range(STORED)) {
        await agent.call('investigation.progress', progress(incidentId, `live ${number}`));
      }
      for (const seqs of await Promise.all(hearing)) expect(seqs).toEqual(range(2 * STORED));
    }),
    { numRuns: 4 },
  );
}, 120_000);
