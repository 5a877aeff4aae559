import { cp, rm } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type Agent, connectAgent } from '../agent/connect.ts';
import { AGENT_KEY, withKey } from '../server/testing/people.ts';
import { connect } from '../server/testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../server/testing/server-process.ts';

const start = async (): Promise<ServerProcess> => {
  const server = await startServer();
  onTestFinished(server.stop);
  return server;
};

const agentOf = (server: ServerProcess): Agent => {
  const agent = connectAgent({ url: `ws://127.0.0.1:${server.port}/v1/connect`, apiKey: AGENT_KEY });
  onTestFinished(agent.close);
  return agent;
};

const INCIDENT = 'inc_the_same';

/** Opens the incident and publishes so many events of it. */
const tell = async (agent: Agent, name: string, count: number): Promise<void> => {
  await agent.publish('incident.created', { incidentId: INCIDENT, title: name });
  for (let index = 0; index < count; index += 1) {
    const event = { incidentId: INCIDENT, agentName: 'Logs', message: `${name} ${index}` };
    await agent.publish('investigation.progress', event);
  }
};

test('after the log was replaced every client starts anew with the new one, and hears that it does', async () => {
  const [server, other] = [await start(), await start()];
  await tell(agentOf(server), 'old', 5);
  // More than the old one had, so that the position alone would not tell.
  await tell(agentOf(other), 'new', 8);
  const heard: string[] = [];
  const subscriber = agentOf(server);
  const onEvent = ({ params }: { params: object }) =>
    void heard.push('message' in params ? String(params.message) : '');
  await subscriber.subscribe(INCIDENT, onEvent, { afterSeq: 0, onReset: () => void heard.push('reset') });
  const url = `${server.address}/v1/connect`;
  const before = await connect(url, withKey(AGENT_KEY));
  const { epoch } = await before.call('investigation.subscribe', { incidentId: INCIDENT });
  await expect.poll(() => heard.length).toBe(5);

  expect(await other.kill('SIGTERM')).toBe(0);
  await server.kill('SIGKILL');
  await rm(server.dataDir, { recursive: true });
  await cp(other.dataDir, server.dataDir, { recursive: true });
  await server.restart();

  await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(14);
  const messages = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name} ${index}`);
  expect(heard).toEqual([...messages('old', 5), 'reset', ...messages('new', 8)]);
  const after = await connect(url, withKey(AGENT_KEY));
  const answer = await after.call('investigation.subscribe', { incidentId: INCIDENT, afterSeq: 5, epoch });
  expect(answer).toMatchObject({ reset: true, headSeq: 8 });
  expect(answer.epoch).not.toBe(epoch);
  await after.until(() => after.events(INCIDENT).length === 8);
  after.close();
}, 60_000);

test('after the log was lost a subscription ends with the reason, and the same incident can be opened again', async () => {
  const server = await start();
  await tell(agentOf(server), 'old', 5);
  const ended = new Promise<Error>((resolve) => {
    agentOf(server)
      .subscribe(INCIDENT, () => undefined, { afterSeq: 0, onEnded: resolve })
      .catch(resolve);
  });
  const url = `${server.address}/v1/connect`;
  const before = await connect(url, withKey(AGENT_KEY));
  const { epoch } = await before.call('investigation.subscribe', { incidentId: INCIDENT });

  await server.kill('SIGKILL');
  await rm(server.dataDir, { recursive: true });
  await server.restart();
  expect(await ended).toMatchObject({ name: 'RelayRefused', code: -32602, data: { error: 'incident_not_found' } });
  await tell(agentOf(server), 'again', 2);
  const after = await connect(url, withKey(AGENT_KEY));
  const answer = await after.call('investigation.subscribe', { incidentId: INCIDENT, afterSeq: 1, epoch });
  expect(answer).toMatchObject({ reset: true, headSeq: 2 });
  expect(answer.epoch).not.toBe(epoch);
  await after.until(() => after.events(INCIDENT).length === 2);
  after.close();
}, 60_000);
