import { expect, it } from 'vitest';
import { variables } from './config.ts';
import { LIMITS } from './limits.ts';
import { failToStart } from './testing/server-process.ts';

const LIMIT_NAMES = Object.values(LIMITS).map(({ variable }) => variable);

/** A value that each variable cannot have. */
const BAD: Readonly<Record<string, string>> = {
  HOST: '192.0.2.1',
  PORT: '80.5',
  DATA_DIR: '/dev/null/below',
  JWT_SECRET: 'hush',
  JWKS_URL: 'ftp://id.example/keys',
  JWT_ISSUER: ' ',
  JWT_AUDIENCE: ' ',
  AGENT_API_KEYS: 'cflo_a:ten_a,oops',
  RELAY_URL: 'https://relay.example',
  API_URL: 'wss://api.example',
  ALLOWED_ORIGINS: 'https://a.example/path',
  TRUSTED_PROXIES: 'proxy.example',
  DEMO: 'yes',
  LOG_LEVEL: 'loud',
  NATS_URL: 'http://127.0.0.1:4222',
  NATS_NAMESPACE: 'a.b',
  NATS_REPLICAS: '0',
  NATS_MAX_BYTES: 'much',
  NATS_COPY_EVERY: 'often',
  NATS_ARCHIVE: 'yes',
  NATS_CREDS: '/no/such/file.creds',
  NATS_CA: '/no/such/file.pem',
  ...Object.fromEntries(LIMIT_NAMES.map((name) => [name, '-1'])),
};

/** These are looked at where there is a NATS_URL only. */
const OF_NATS = new Set(['NATS_CREDS', 'NATS_CA']);
const NOWHERE = { NATS_URL: 'tls://127.0.0.1:1' };

it('§6 every variable: a bad value stops the process with one line that names it, what is wrong and an example', async () => {
  expect(Object.keys(BAD).sort()).toEqual([...Object.keys(variables), ...LIMIT_NAMES].sort());
  const waiting = Object.entries(BAD);
  const lines: string[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [name, value] = next;
      const { code, stdout, stderr } = await failToStart({ ...(OF_NATS.has(name) ? NOWHERE : {}), [name]: value });
      expect({ name, code, stdout }).toEqual({ name, code: 1, stdout: '' });
      expect(stderr).toMatch(
        new RegExp(
          `^causeflow-live: [^\\n]*\\b${name}\\b [^\\n]{8,}, (?:or )?[^\\n]*for example ${name}=\\S[^\\n]*\\n$`,
        ),
      );
      lines.push(stderr);
    }
  };
  // As many at a time as start no slower together than one after the other.
  await Promise.all([work(), work()]);
  expect(new Set(lines).size).toBe(Object.keys(BAD).length);
  expect(lines.join('')).not.toContain('hush');
}, 180_000);
