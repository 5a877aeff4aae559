import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from './config.ts';
import { request } from './testing/api-client.ts';
import { failToStart, startServer } from './testing/server-process.ts';

/** The one line that a start that cannot go on writes. */
const problemOf = async (env: Record<string, string | undefined>): Promise<string> => {
  const { code, stdout, stderr } = await failToStart(env);
  expect(stdout).toBe('');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^[^\n]+\n$/);
  return stderr;
};

describe('the start', () => {
  it.each([
    ['PORT', 'http'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['PORT', ' 80'],
    ['JWT_SECRET', 'short'],
    ['JWKS_URL', 'not an address'],
    ['JWKS_URL', 'ftp://id.example/keys'],
    ['AGENT_API_KEYS', 'nonsense'],
    ['AGENT_API_KEYS', 'cflo_a'],
    ['AGENT_API_KEYS', 'cflo_a:'],
    ['AGENT_API_KEYS', 'key_a:ten_a'],
    ['AGENT_API_KEYS', 'cflo_a:ten_a,'],
    ['AGENT_API_KEYS', 'cflo_a:ten_a:x'],
    ['AGENT_API_KEYS', 'cflo_a:ten_a,cflo_a:ten_b'],
    ['RELAY_URL', 'https://relay.example'],
    ['API_URL', 'wss://api.example'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'null'],
    ['ALLOWED_ORIGINS', 'https://a.example/path'],
    ['ALLOWED_ORIGINS', 'a.example'],
    ['TRUSTED_PROXIES', 'proxy.example'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '10.0.0.1,'],
    ['DEMO', 'yes'],
    ['LOG_LEVEL', 'loud'],
    ['REQUESTS_PER_MINUTE', '0'],
    ['NATS_URL', 'http://127.0.0.1:4222'],
    ['NATS_URL', 'nats://a,'],
    ['NATS_NAMESPACE', 'a.b'],
    ['NATS_REPLICAS', '0'],
    ['NATS_REPLICAS', '7'],
    ['NATS_MAX_BYTES', 'much'],
    ['NATS_COPY_EVERY', 'often'],
  ])('cannot go on with %s=%s, and says so in one line that names it and an example', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(expect.objectContaining({ name: 'ConfigError' }));
    expect(() => readConfig({ [name]: value })).toThrow(
      new RegExp(`^${name} [^\\n]+, for example ${name}=\\S[^\\n]*$`),
    );
  });

  it.each([
    ['PORT', 'http'],
    ['HOST', 'no.such.host.invalid'],
    ['HOST', '192.0.2.1'],
    ['DATA_DIR', '/dev/null'],
    ['DATA_DIR', '/dev/null/below'],
    ['NATS_URL', 'nats://someone:verysecret@127.0.0.1:1'],
  ])('stops at %s=%s with one line on stderr', async (name, value) => {
    const line = await problemOf({
      ...(name === 'NATS_CREDS' ? { NATS_URL: 'nats://127.0.0.1:1' } : {}),
      [name]: value,
    });
    expect(line).not.toContain('verysecret');
    expect(line).toMatch(new RegExp(`\\b${name}\\b.* for example ${name}=\\S`));
  });

  it('does not repeat secrets in what it says', async () => {
    const line = await problemOf({ AGENT_API_KEYS: 'cflo_verysecret:ten_a,oops', JWT_SECRET: 'hush' });
    expect(line).not.toMatch(/verysecret|hush/);
  });

  it.each([
    ['both ways to verify tokens', { JWT_SECRET: 'x'.repeat(32), JWKS_URL: 'https://id.example/keys' }, 'JWKS_URL'],
    ['a relay elsewhere without its API', { RELAY_URL: 'wss://relay.example' }, 'API_URL'],
    ['an API elsewhere without its relay', { API_URL: 'https://api.example' }, 'RELAY_URL'],
    ['the demo on all addresses', { HOST: '::' }, 'JWT_SECRET'],
    ['the demo on an address of the network', { HOST: '192.168.1.2' }, 'HOST=192.168.1.2'],
  ])('cannot go on with %s', (_, env, named) => {
    expect(() => readConfig(env)).toThrow(named);
  });

  it('stops at the demo where others could reach it', async () => {
    expect(await problemOf({ JWT_SECRET: undefined, HOST: '0.0.0.0' })).toContain('HOST=0.0.0.0');
  });

  it('stops at a port that is taken, and at a data directory that is in use', async () => {
    const server = await startServer();
    onTestFinished(() => server.stop());
    expect(await problemOf({ PORT: String(server.port) })).toMatch(
      new RegExp(`PORT ${server.port} is taken.* for example PORT=`),
    );
    const inUse = await problemOf({ DATA_DIR: server.dataDir });
    expect(inUse).toMatch(/DATA_DIR .* for example DATA_DIR=/);
    expect(inUse).toContain(server.dataDir);
    expect(inUse).toContain(String(server.pid()));
    expect(await request(server.address, 'GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('stops at a log that is damaged, with one line', async () => {
    const server = await startServer();
    onTestFinished(() => server.stop());
    expect(await server.kill('SIGTERM')).toBe(0);
    await writeFile(join(server.dataDir, 'log.db'), 'this is no database '.repeat(1_000));
    expect(await problemOf({ DATA_DIR: server.dataDir })).toMatch(
      /DATA_DIR \S+ cannot be used: the log is damaged: .*; put a backup of log\.db in its place, or .* DATA_DIR=\.data-2/,
    );
  });

  it('takes empty variables for absent ones', async () => {
    const server = await startServer({ env: { HOST: '', ALLOWED_ORIGINS: '', RELAY_URL: '', JWKS_URL: '' } });
    onTestFinished(() => server.stop());
    expect(server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('listens on all addresses where tokens are verified', async () => {
    const server = await startServer({ env: { HOST: '0.0.0.0' } });
    onTestFinished(() => server.stop());
    const answer = await request(`http://127.0.0.1:${server.port}`, 'GET', '/healthz');
    expect(answer.status).toBe(200);
  });
});
