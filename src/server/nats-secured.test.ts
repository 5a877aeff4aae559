import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { NATS_SERVER, type NatsServer, startNats } from './log/testing/nats-server.ts';
import { apiOf } from './testing/api-client.ts';
import { admin } from './testing/people.ts';
import { selfSigned } from './testing/self-signed.ts';
import { failToStart, startServer } from './testing/server-process.ts';

const PASSWORD = 'p@ss/word';

describe.skipIf(NATS_SERVER === undefined)('Brokers that speak TLS and want a password', () => {
  let broker: NatsServer;
  let folder: string;
  let authority: string;
  let stranger: string;
  const address = (password: string): string =>
    `tls://live:${encodeURIComponent(password)}@localhost:${new URL(broker.url).port}`;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'causeflow-nats-tls-'));
    const write = async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    };
    const { certificate, key } = selfSigned('localhost');
    authority = await write('certificate.pem', certificate);
    stranger = await write('stranger.pem', selfSigned('localhost').certificate);
    const files = { cert_file: authority, key_file: await write('key.pem', key) };
    broker = await startNats({
      config: `tls ${JSON.stringify(files)}\nauthorization { user: live, password: ${JSON.stringify(PASSWORD)} }\n`,
    });
  });
  afterAll(async () => {
    await broker.stop();
    await rm(folder, { recursive: true });
  });

  it('are used by a node that knows both', async () => {
    const node = await startServer({ env: { NATS_URL: address(PASSWORD), NATS_CA: authority, LOG_LEVEL: 'trace' } });
    onTestFinished(node.stop);
    const ana = apiOf(node.address, await admin());
    const incidentId = await ana.openIncident({ title: 'Over TLS' });
    expect((await ana.get(`/v1/incidents/${incidentId}`)).body).toMatchObject({ title: 'Over TLS' });
    await node.kill('SIGTERM');
    for (const written of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(node.output()).not.toContain(written);
  });

  it.each([
    ['a wrong password', () => ({ NATS_URL: address('secret-guess'), NATS_CA: authority })],
    ['another authority', () => ({ NATS_URL: address(PASSWORD), NATS_CA: stranger })],
    ['none at all', () => ({ NATS_URL: address(PASSWORD) })],
  ])('do not let in a node with %s, which says so in one line without the secret', async (_, env) => {
    const { code, stdout, stderr } = await failToStart(env());
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^causeflow-live: NATS_URL localhost:\d+ cannot be used \([^\n]+\), for example [^\n]+\n$/);
    expect(stderr).not.toMatch(/secret-guess|word/);
  });
});
