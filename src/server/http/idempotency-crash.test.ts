import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compiledUrl } from '../compiled.ts';
import { temporaryDirectory } from '../log/testing/temporary-directory.ts';
import { apiOf, request } from '../testing/api-client.ts';
import { AGENT_KEY, admin, withKey } from '../testing/people.ts';
import { connect } from '../testing/rpc-client.ts';
import { startServer } from '../testing/server-process.ts';
import { proposal } from '../testing/shared.ts';

/** So long a first attempt that was cut off keeps its key to itself. */
const PENDING_MS = 60_000;
const feedback = { rating: 5, rootCauseAccurate: true, recommendationsUseful: true };

test.each([
  ['an opened incident', () => '/v1/incidents/chat', { title: 'Once', description: 'This is opened once.' }, 201],
  ['an approval', () => '/v1/remediation/rem_1/approve', {}, 200],
  ['feedback', (incidentId: string) => `/v1/investigation/${incidentId}/feedback`, feedback, 200],
])(
  '%s that a crash left without an answer is there once, and is answered',
  async (_, pathOf, body, status) => {
    const dieFile = join(await temporaryDirectory(), 'die');
    const preload = compiledUrl(import.meta.url, '../testing/die-before-answer.ts').href;
    const server = await startServer({ env: { DIE_FILE: dieFile, NODE_OPTIONS: `--import=${preload}` } });
    onTestFinished(server.stop);
    const token = await admin();
    const ana = apiOf(server.address, token);
    const incidentId = await ana.openIncident();
    const agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
    onTestFinished(() => agent.webSocket.terminate());
    await agent.call('remediation.proposed', proposal(incidentId, 'rem_1'));
    const path = pathOf(incidentId);
    const send = () => request(server.address, 'POST', path, { token, headers: { 'idempotency-key': 'once' }, body });
    /** The incidents, and what people did to the first. */
    const effects = async () => {
      const { body: list } = await ana.get('/v1/incidents');
      const { body: history } = await ana.get(`/v1/investigation/${incidentId}/events?limit=1000`);
      return { incidents: list.count, events: history.total };
    };

    await writeFile(dieFile, '');
    await expect(send()).rejects.toThrow();
    expect(await server.kill()).toBeNull();
    await rm(dieFile);
    await server.restart();
    const left = await effects();
    expect(left).toEqual(status === 201 ? { incidents: 2, events: 1 } : { incidents: 1, events: 2 });

    server.stepClock(PENDING_MS);
    expect(await send()).toMatchObject({ status });
    expect(await effects()).toEqual(left);
  },
  60_000,
);
