import { afterEach, expect, test } from 'vitest';
import { type Agent, connectAgent } from '../agent/connect.ts';
import { AGENT_KEY } from '../server/testing/people.ts';
import { type ServerProcess, startServer } from '../server/testing/server-process.ts';

const PUBLISHES = 1_500;
const KILLS = 5;

const open: { agents: Agent[]; server: ServerProcess | undefined } = { agents: [], server: undefined };

const agentOf = (server: ServerProcess): Agent => {
  const agent = connectAgent({ url: `ws://127.0.0.1:${server.port}/v1/connect`, apiKey: AGENT_KEY });
  open.agents.push(agent);
  return agent;
};

afterEach(async () => {
  await Promise.all(open.agents.map((agent) => agent.close()));
  await open.server?.stop();
});

/** Resolves at the next multiple of `step` that the counter passes. */
const waiter = () => {
  const waiting: { count: number; resolve: () => void }[] = [];
  let count = 0;
  return {
    count: () => count,
    add(): void {
      count += 1;
      for (const entry of waiting.splice(0)) {
        if (entry.count <= count) entry.resolve();
        else waiting.push(entry);
      }
    },
    reach: (target: number): Promise<void> =>
      new Promise((resolve) => {
        if (count >= target) resolve();
        else waiting.push({ count: target, resolve });
      }),
  };
};

test('every acknowledged event reaches a resuming subscriber once and in order, though the server is killed again and again', {
  timeout: 120_000,
}, async () => {
  const server = await startServer({ env: { LOG_LEVEL: 'silent' } });
  open.server = server;
  const publisher = agentOf(server);
  const subscriber = agentOf(server);
  const { incidentId } = await publisher.openIncident({ title: 'Killed again and again' });

  const received: { eventId: string; seq: number }[] = [];
  const arrivals = waiter();
  await subscriber.subscribe(
    incidentId,
    ({ params }) => {
      received.push({ eventId: String(params.eventId), seq: Number(params.seq) });
      arrivals.add();
    },
    { afterSeq: 0 },
  );

  const acknowledgements = waiter();
  const acknowledged: Promise<string>[] = [];
  const publishAll = async (): Promise<void> => {
    for (let index = 0; index < PUBLISHES; index += 1) {
      const stored = publisher.publish('investigation.progress', {
        incidentId,
        agentName: 'Logs',
        message: `m${index}`,
      });
      acknowledged.push(
        stored.then(({ eventId }) => {
          acknowledgements.add();
          return eventId;
        }),
      );
      // A few at a time, so that every kill hits some that are under way.
      if (index % 10 === 9) await acknowledgements.reach(index - 20);
    }
  };
  const killAll = async (): Promise<void> => {
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await acknowledgements.reach(Math.floor((PUBLISHES / (KILLS + 1)) * kill));
      await server.kill('SIGKILL');
      await server.restart();
    }
  };
  await Promise.all([publishAll(), killAll()]);
  const eventIds = await Promise.all(acknowledged);
  await arrivals.reach(PUBLISHES);

  expect(received.map(({ eventId }) => eventId)).toEqual(eventIds);
  const seqs = received.map(({ seq }) => seq);
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  expect(new Set(seqs).size).toBe(PUBLISHES);
});
