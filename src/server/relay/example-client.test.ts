import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { AGENT_KEY, admin, TENANT, withKey } from '../testing/people.ts';
import { connect } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** The client that the hosted relay's documentation prints, as it stands there but for the address and the log. */
const exampleClient = (
  address: string,
  token: string,
  tenantId: string,
  incidentId: string,
  log: (line: string) => void,
) =>
  new Promise<void>((resolve, reject) => {
    const ws = new WebSocket(address, {
      headers: { Authorization: `Bearer ${token}`, 'X-Tenant-Id': tenantId },
    });

    ws.on('open', () => {
      ws.send(JSON.stringify({ jsonrpc: '2.0', id: '1', method: 'investigation.subscribe', params: { incidentId } }));
      ws.send(JSON.stringify({ jsonrpc: '2.0', id: 'ping', method: 'ping', params: {} }));
    });

    ws.on('message', (raw) => {
      const message = JSON.parse(raw.toString());
      if (message.id === '1') log(`subscribed ${message.result.incidentId === incidentId}`);
      if (message.id === 'ping') log(`pong ${message.result.pong}`);
      if (message.method === 'connected') log(`connected ${message.params.tenantId}`);
      if (message.method === 'investigation.progress') log(`[${message.params.agentName}] ${message.params.message}`);
      if (message.method === 'investigation.completed') {
        log(`${message.params.rootCause} (${message.params.confidence * 100}%)`);
        ws.close(1000);
      }
    });

    ws.on('close', () => resolve());
    ws.on('error', reject);
  });

test('the documented example client runs unchanged: subscribe, ping, progress, completed', async () => {
  const agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  const { incidentId } = await agent.call('incident.created', { title: 'Checkout is slow' });
  const lines: string[] = [];
  let ready = (): void => undefined;
  const isReady = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const client = exampleClient(
    `ws://127.0.0.1:${server.port}/v1/connect`,
    await admin(),
    TENANT,
    String(incidentId),
    (line) => {
      lines.push(line);
      if (line.startsWith('pong')) ready();
    },
  );
  await isReady;
  await vi.waitFor(() => expect(lines).toHaveLength(3));
  await agent.call('investigation.progress', { incidentId, agentName: 'Logs', message: 'Reading' });
  await agent.call('investigation.completed', {
    incidentId,
    rootCause: 'A dropped index',
    confidence: 0.5,
    recommendedActions: [],
  });
  await client;
  // Answers come as they are ready, each named by its id; events come in order and after the subscription's answer.
  expect(lines.slice(0, 3).sort()).toEqual([`connected ${TENANT}`, 'pong true', 'subscribed true']);
  expect(lines.slice(3)).toEqual(['[Logs] Reading', 'A dropped index (50%)']);
  agent.close();
});
