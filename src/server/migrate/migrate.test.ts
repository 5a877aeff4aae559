import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { compiledUrl } from '../compiled.ts';
import { NATS_SERVER, type NatsServer, startNats } from '../log/testing/nats-server.ts';
import { temporaryDirectory } from '../log/testing/temporary-directory.ts';
import { apiOf } from '../testing/api-client.ts';
import { openBrowser } from '../testing/browser.ts';
import { AGENT_KEY, admin, bearer, withKey } from '../testing/people.ts';
import { connect } from '../testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { proposal, publishMany } from '../testing/shared.ts';

const CLI = fileURLToPath(compiledUrl(import.meta.url, '../cli.ts'));

type Ended = { code: number | null; stdout: string; stderr: string };

/** The command of a person; `onOutput` may end it early. */
const migrate = async (
  broker: NatsServer,
  dataDir: string,
  onOutput: (stdout: string, kill: () => void) => void = () => undefined,
  more: Record<string, string> = {},
): Promise<Ended> => {
  const child = spawn(process.execPath, [CLI, 'migrate', '--to', broker.url, '--data-dir', dataDir], {
    env: { PATH: process.env.PATH, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text;
    onOutput(written.stdout, () => child.kill('SIGKILL'));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text;
  });
  await once(child, 'close');
  return { code: child.exitCode, ...written };
};

/** A command that ended with one line, which says this. */
const refusal = (why: string): unknown =>
  expect.objectContaining({ code: 1, stderr: expect.stringMatching(new RegExp(`^causeflow-live: .*${why}.*\\n$`)) });

describe.skipIf(NATS_SERVER === undefined)('Moving up to JetStream', () => {
  let broker: NatsServer;
  let alone: ServerProcess;
  beforeAll(async () => {
    broker = await startNats();
    alone = await startServer();
  });
  afterAll(async () => {
    await alone.stop();
    await broker.stop();
  });

  const events = async (server: ServerProcess, incidentId: string, afterSeq: number) => {
    const client = await connect(`${server.address}/v1/connect`, bearer(await admin()));
    const { epoch, headSeq, reset } = await client.call('investigation.subscribe', { incidentId, afterSeq });
    await client.until(() => client.events(incidentId).at(-1)?.seq === headSeq);
    client.close();
    return { epoch, reset, events: client.events(incidentId) };
  };

  it('takes everything along, also after it was killed on the way: cursors, decisions and sessions go on', async () => {
    const ana = apiOf(alone.address, await admin());
    const [first, second] = [await ana.openIncident({ title: 'First' }), await ana.openIncident({ title: 'Second' })];
    const agent = await connect(`${alone.address}/v1/connect`, withKey(AGENT_KEY));
    for (const incidentId of [first, second, first]) await publishMany(agent, incidentId, 1_500);
    await agent.call('remediation.proposed', proposal(first, 'rem_moved'));
    await ana.post('/v1/remediation/rem_moved/approve', {});
    agent.close();
    const browser = openBrowser(alone.address);
    await browser.signIn(await admin());
    const before = { first: await events(alone, first, 0), second: await events(alone, second, 700) };

    expect(await migrate(broker, alone.dataDir)).toEqual(refusal('DATA_DIR .* is in use by process'));
    await alone.kill('SIGTERM');
    const killed = await migrate(broker, alone.dataDir, (stdout, kill) => {
      if (stdout.includes('events\n')) kill();
    });
    expect(killed.code).toBe(null);
    const whole = await migrate(broker, alone.dataDir);
    expect(whole).toMatchObject({ code: 0, stderr: '' });
    expect(whole.stdout).toMatch(/^Copied [\d,]+ events; [1-9][\d,]* were there already\.$/m);
    expect(whole.stdout).toMatch(/^Verified: 4,518 events of 4 streams are the same, byte for byte\.$/m);

    const node = await startServer({ env: { NATS_URL: broker.url } });
    onTestFinished(node.stop);
    expect({ first: await events(node, first, 0), second: await events(node, second, 700) }).toEqual(before);
    expect(before.first.reset).toBeUndefined();
    const moved = apiOf(node.address, await admin());
    expect((await moved.post('/v1/remediation/rem_moved/reject', { reason: 'Too late' })).status).toBe(409);
    const entries = (await moved.get('/v1/audit')).body.items;
    const auditIds = Array.isArray(entries) ? entries.map(({ auditId }) => auditId) : [];
    expect(auditIds.length).toBeGreaterThan(2);
    expect((await moved.post('/v1/audit/verify', { auditIds })).body).toMatchObject({ allVerified: true });
    const same = await fetch(`${node.address}/auth/session`, { headers: { cookie: browser.cookie() } });
    expect([same.status, (await same.json()).user]).toMatchObject([200, { userId: 'usr_ana' }]);
  }, 90_000);

  it('mixes no two logs: what is not empty has to be the same one', async () => {
    const other = await startServer();
    onTestFinished(other.stop);
    await apiOf(other.address, await admin()).openIncident();
    await other.kill('SIGTERM');
    expect(await migrate(broker, other.dataDir)).toEqual(refusal('NATS_NAMESPACE causeflow has another log'));
    const elsewhere = await migrate(broker, other.dataDir, undefined, { NATS_NAMESPACE: 'other' });
    expect(elsewhere).toMatchObject({ code: 0, stdout: expect.stringContaining('Verified: 2 events of 2 streams') });
  }, 60_000);

  it('does not take a copy for whole that has been added to', async () => {
    const dataDir = await temporaryDirectory();
    const original = await startServer({ dataDir });
    await apiOf(original.address, await admin()).openIncident();
    await original.kill('SIGTERM');
    const namespace = { NATS_NAMESPACE: 'added' };
    expect((await migrate(broker, dataDir, undefined, namespace)).code).toBe(0);
    const node = await startServer({ env: { NATS_URL: broker.url, ...namespace } });
    onTestFinished(node.stop);
    await apiOf(node.address, await admin()).openIncident();
    expect(await migrate(broker, dataDir, undefined, namespace)).toEqual(
      refusal('the list of incidents of .* has 2 of 1 events'),
    );
  }, 60_000);
});
