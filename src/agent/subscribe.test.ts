import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { AGENT_KEY } from '../server/testing/people.ts';
import { type ServerProcess, startServer } from '../server/testing/server-process.ts';
import { range } from '../server/testing/shared.ts';
import { type Agent, connectAgent } from './connect.ts';
import type { AgentEvent } from './feed.ts';

let server: ServerProcess;
let agent: Agent;
let incidentId: string;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  agent = await connected();
  ({ incidentId } = await agent.openIncident({ title: 'Read by several' }));
  await publish(20);
});
afterEach(() => agent.close());

/** On a connection that is there already, so that what is asked in one tick goes out in one. */
const connected = (): Promise<Agent> =>
  new Promise((resolve) => {
    const opened = connectAgent({
      url: `ws://127.0.0.1:${server.port}/v1/connect`,
      apiKey: AGENT_KEY,
      onState: ({ state }) => {
        if (state === 'connected') resolve(opened);
      },
    });
  });

const publish = (count: number) =>
  Promise.all(
    range(count).map((number) =>
      agent.publish('investigation.progress', { incidentId, agentName: 'Probe', message: `m${number}` }),
    ),
  );

const listener = () => {
  const heard: number[] = [];
  return { heard, hear: ({ params }: AgentEvent) => void heard.push(Number(params.seq)) };
};

test('two who subscribe at once each hear all that they asked for', async () => {
  const [live, all] = [listener(), listener()];
  // Held up, it reads at once all that it is asked, and answers as soon as it knows each.
  process.kill(server.pid(), 'SIGSTOP');
  const subscribing = [agent.subscribe(incidentId, live.hear), agent.subscribe(incidentId, all.hear, { afterSeq: 0 })];
  process.kill(server.pid(), 'SIGCONT');
  const subscribed = await Promise.all(subscribing);
  expect(subscribed.map(({ headSeq }) => headSeq)).toEqual([20, 20]);
  await publish(1);
  await expect.poll(() => [live.heard, all.heard], { timeout: 5_000 }).toEqual([[21], range(21)]);
});

test('readers come and go while events come, and each hears all that it asked for', async () => {
  const kept = listener();
  await agent.subscribe(incidentId, kept.hear, { afterSeq: 0 });
  const published = publish(500);
  const others = range(20).map(() => listener());
  for (const [index, { hear }] of others.entries()) {
    const { unsubscribe } = await agent.subscribe(incidentId, hear, { afterSeq: index });
    if (index % 2 === 0) await unsubscribe();
  }
  await published;
  const staying = [kept, ...others.filter((_, index) => index % 2 === 1)];
  const expected = [range(520), ...range(10).map((number) => range(520 - 2 * number + 1, 2 * number))];
  await expect.poll(() => staying.map(({ heard }) => heard), { timeout: 10_000 }).toEqual(expected);
});
