import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createAccount,
  createOperator,
  createUser,
  encodeAccount,
  encodeOperator,
  encodeUser,
  fmtCreds,
} from '@nats-io/jwt';
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

describe.skipIf(NATS_SERVER === undefined)('Brokers of accounts, which want a file of credentials', () => {
  let broker: NatsServer;
  let folder: string;
  const operator = createOperator();
  const account = createAccount();
  const system = createAccount();

  const credentials = async (name: string, issuer = account): Promise<string> => {
    const user = createUser();
    const path = join(folder, `${name}.creds`);
    await writeFile(path, fmtCreds(await encodeUser(name, user, issuer), user));
    return path;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'causeflow-nats-creds-'));
    // What is not named is none at all.
    const traffic = { conn: -1, subs: -1, data: -1, payload: -1 };
    const limits = { ...traffic, mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
    const signed = { signer: operator };
    const config = {
      operator: await encodeOperator('causeflow', operator, { system_account: system.getPublicKey() }),
      resolver: 'MEMORY',
      resolver_preload: {
        [account.getPublicKey()]: await encodeAccount('live', account, { limits }, signed),
        [system.getPublicKey()]: await encodeAccount('SYS', system, {}, signed),
      },
    };
    broker = await startNats({ config: JSON.stringify(config).slice(1, -1) });
  });
  afterAll(async () => {
    await broker.stop();
    await rm(folder, { recursive: true });
  });

  it('are used by a node that has one, which tells nobody what is in it', async () => {
    const file = await credentials('node');
    const node = await startServer({ env: { NATS_URL: broker.url, NATS_CREDS: file, LOG_LEVEL: 'trace' } });
    onTestFinished(node.stop);
    const ana = apiOf(node.address, await admin());
    const incidentId = await ana.openIncident({ title: 'With credentials' });
    expect((await ana.get(`/v1/incidents/${incidentId}`)).body).toMatchObject({ title: 'With credentials' });
    await node.kill('SIGTERM');
    const secrets = (await readFile(file, 'utf8')).match(/^[A-Za-z0-9_.-]{40,}$/gm) ?? [];
    expect(secrets).toHaveLength(2);
    for (const secret of secrets) expect(node.output()).not.toContain(secret);
  });

  it.each([
    ['of an account that they do not know', async () => credentials('stranger', createAccount())],
    ['that is none', async () => join(folder, 'missing.creds')],
  ])('do not let in a node with a file %s, which says so in one line', async (_, file) => {
    const { code, stdout, stderr } = await failToStart({ NATS_URL: broker.url, NATS_CREDS: await file() });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^causeflow-live: NATS_(URL|CREDS) [^\n]+, for example [^\n]+\n$/);
  });
});
