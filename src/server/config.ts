import { z } from 'zod';
import { TenantId } from './auth/principal.ts';
import { isAddressRange } from './http/proxies.ts';
import { type Limits, readLimits } from './limits.ts';
import type { JetStreamOptions } from './log/jetstream/jetstream-log.ts';

const AGENT_KEY = /^cflo_[A-Za-z0-9_-]+$/;

const NATS_PROTOCOLS: ReadonlySet<string> = new Set(['nats:', 'tls:']);

const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((value) => value <= 65_535);

const address = (protocols: readonly string[]) =>
  z.string().transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url !== undefined && protocols.includes(url.protocol)) return url;
    context.addIssue('not such an address');
    return z.NEVER;
  });

const isTenantId = (text: string | undefined): text is string => TenantId.safeParse(text).success;

const agentKeys = z.string().transform((text, context) => {
  const known = new Set<string>();
  return text.split(',').map((pair) => {
    const [key, tenantId, ...rest] = pair.trim().split(':');
    const isPair = key !== undefined && AGENT_KEY.test(key) && isTenantId(tenantId) && rest.length === 0;
    // A key is one tenant's: of two the last would win, unnoticed.
    if (isPair && !known.has(key)) {
      known.add(key);
      return { key, tenantId };
    }
    context.addIssue('not a list of key:tenant pairs');
    return z.NEVER;
  });
});

/** Entries separated by commas, each as `read` has it; undefined is none. */
const listOf = <Entry>(read: (entry: string) => Entry | undefined) =>
  z.string().transform((text, context) =>
    text.split(',').map((entry) => {
      const known = read(entry.trim());
      if (known !== undefined) return known;
      context.addIssue('not such a list');
      return z.NEVER;
    }),
  );

const natsUrls = listOf((entry) => {
  const url = URL.canParse(entry) ? new URL(entry) : undefined;
  return url !== undefined && NATS_PROTOCOLS.has(url.protocol) ? url : undefined;
});

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most);

const ranges = listOf((entry) => (isAddressRange(entry) ? entry : undefined));

const origins = listOf((entry) => (URL.canParse(entry) && new URL(entry).origin === entry ? entry : undefined));

/** What each variable must look like, what to say where it doesn't, and an example. */
export const variables = {
  HOST: { schema: z.string().min(1), hint: 'must be an address to listen on', example: '127.0.0.1' },
  PORT: { schema: port, hint: 'must be a port from 0 to 65535', example: '4400' },
  DATA_DIR: { schema: z.string().min(1), hint: 'must be a folder', example: '.data' },
  JWT_SECRET: {
    schema: z.string().min(16),
    hint: 'must have at least 16 characters',
    example: '$(openssl rand -hex 32)',
  },
  JWKS_URL: {
    schema: address(['https:', 'http:']),
    hint: 'must be an http(s) address',
    example: 'https://id.example.com/.well-known/jwks.json',
  },
  JWT_ISSUER: { schema: z.string().regex(/\S/), hint: 'must not be empty', example: 'https://id.example.com/' },
  JWT_AUDIENCE: { schema: z.string().regex(/\S/), hint: 'must not be empty', example: 'causeflow' },
  AGENT_API_KEYS: {
    schema: agentKeys,
    hint: 'must be cflo_key:ten_id pairs separated by commas, each key once',
    example: 'cflo_5f0c:ten_acme,cflo_77aa:ten_beta',
  },
  RELAY_URL: {
    schema: address(['ws:', 'wss:']),
    hint: 'must be a ws:// or wss:// address',
    example: 'wss://relay.causeflow.ai/v1/connect',
  },
  API_URL: {
    schema: address(['http:', 'https:']),
    hint: 'must be an http:// or https:// address',
    example: 'https://api.causeflow.ai',
  },
  NATS_URL: {
    schema: natsUrls,
    hint: 'must be nats:// or tls:// addresses of one cluster, separated by commas',
    example: 'nats://127.0.0.1:4222',
  },
  NATS_NAMESPACE: {
    schema: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    hint: 'must be letters, digits, - or _, at most 64',
    example: 'causeflow',
  },
  NATS_REPLICAS: { schema: whole(1, 5), hint: 'must be a number from 1 to 5', example: '3' },
  NATS_MAX_BYTES: {
    schema: whole(1, Number.MAX_SAFE_INTEGER),
    hint: 'must be a number of bytes',
    example: '10737418240',
  },
  NATS_COPY_EVERY: {
    schema: whole(0, 999_999_999),
    hint: 'must be a number of messages, or 0 for no copies',
    example: '20000',
  },
  NATS_ARCHIVE: { schema: z.enum(['0', '1']), hint: 'must be 0 or 1', example: '1' },
  NATS_CREDS: { schema: z.string().min(1), hint: 'must be a file of credentials', example: '/etc/nats/live.creds' },
  NATS_CA: { schema: z.string().min(1), hint: 'must be a file of certificates', example: '/etc/nats/ca.pem' },
  ALLOWED_ORIGINS: {
    schema: origins,
    hint: 'must be origins separated by commas',
    example: 'https://live.example.com',
  },
  TRUSTED_PROXIES: {
    schema: ranges,
    hint: 'must be addresses or CIDR ranges separated by commas',
    example: '10.0.0.0/8',
  },
  DEMO: { schema: z.enum(['0', '1']), hint: 'must be 0 or 1', example: '0' },
  LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    hint: 'must be one of fatal, error, warn, info, debug, trace, silent',
    example: 'info',
  },
} as const;

type Name = keyof typeof variables;
type Values = { [Key in Name]?: z.output<(typeof variables)[Key]['schema']> };

/** A start that cannot go on; its message is one line, made for the terminal. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const fail = (name: Name, hint: string): never => {
  throw new ConfigError(`${name} ${hint}, for example ${name}=${variables[name].example}`);
};

const readValues = (environment: Record<string, string | undefined>): Values =>
  Object.fromEntries(
    (Object.keys(variables) as Name[]).flatMap((name) => {
      const text = environment[name];
      if (text === undefined || text === '') return [];
      const parsed = variables[name].schema.safeParse(text);
      return parsed.success ? [[name, parsed.data]] : fail(name, variables[name].hint);
    }),
  );

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1']);

export type Config = {
  host: string;
  port: number;
  dataDir: string;
  /** How people sign in: one click in the demo, or with a token that this verifies or the upstream does. */
  signIn:
    | { mode: 'demo' }
    | { mode: 'secret'; secret: string; issuer?: string; audience?: string }
    | { mode: 'jwks'; url: URL; issuer?: string; audience?: string }
    | { mode: 'upstream' };
  agentKeys: readonly { key: string; tenantId: string }[];
  upstream: { relayUrl: URL; apiUrl: URL } | null;
  /** null where the log is in this process. */
  nats: Pick<JetStreamOptions, 'nats' | 'namespace' | 'replicas' | 'maxBytes' | 'copyEvery' | 'hasArchive'> | null;
  allowedOrigins: readonly string[];
  /** Addresses and ranges of proxies on other machines, whose word about a client is believed. */
  trustedProxies: readonly string[];
  limits: Limits;
  demo: boolean;
  logLevel: string;
};

const readSignIn = (values: Values): Config['signIn'] => {
  const bounds = {
    ...(values.JWT_ISSUER === undefined ? {} : { issuer: values.JWT_ISSUER }),
    ...(values.JWT_AUDIENCE === undefined ? {} : { audience: values.JWT_AUDIENCE }),
  };
  if (values.JWT_SECRET !== undefined && values.JWKS_URL !== undefined) {
    return fail('JWKS_URL', 'and JWT_SECRET exclude each other: set one of them');
  }
  if (values.JWT_SECRET !== undefined) return { mode: 'secret', secret: values.JWT_SECRET, ...bounds };
  if (values.JWKS_URL !== undefined) return { mode: 'jwks', url: values.JWKS_URL, ...bounds };
  return values.RELAY_URL === undefined ? { mode: 'demo' } : { mode: 'upstream' };
};

const readUpstream = (values: Values): Config['upstream'] => {
  if (values.RELAY_URL === undefined && values.API_URL === undefined) return null;
  if (values.RELAY_URL === undefined) return fail('RELAY_URL', 'must be set together with API_URL');
  if (values.API_URL === undefined) return fail('API_URL', 'must be set together with RELAY_URL');
  const relayUrl = new URL(values.RELAY_URL);
  if (relayUrl.pathname === '/') relayUrl.pathname = '/v1/connect';
  const apiUrl = new URL(values.API_URL);
  apiUrl.pathname = apiUrl.pathname.replace(/\/(v1\/?)?$/, '');
  return { relayUrl, apiUrl };
};

const readNats = (values: Values): Config['nats'] =>
  values.NATS_URL === undefined
    ? null
    : {
        nats: { urls: values.NATS_URL, credentials: values.NATS_CREDS, authority: values.NATS_CA },
        namespace: values.NATS_NAMESPACE ?? 'causeflow',
        replicas: values.NATS_REPLICAS ?? 1,
        maxBytes: values.NATS_MAX_BYTES ?? -1,
        copyEvery: values.NATS_COPY_EVERY ?? 20_000,
        hasArchive: values.NATS_ARCHIVE === '1',
      };

/** Reads the environment once. Throws a `ConfigError` that names the variable, what is wrong and an example. */
export const readConfig = (environment: Record<string, string | undefined>): Config => {
  const values = readValues(environment);
  const signIn = readSignIn(values);
  const host = values.HOST ?? '127.0.0.1';
  if (signIn.mode === 'demo' && !LOOPBACK.has(host)) {
    return fail(
      'JWT_SECRET',
      `(or JWKS_URL) must be set to listen on HOST=${host}: the demo sign-in is for loopback only`,
    );
  }
  return {
    host,
    port: values.PORT ?? 4400,
    dataDir: values.DATA_DIR ?? '.data',
    signIn,
    agentKeys: values.AGENT_API_KEYS ?? [],
    upstream: readUpstream(values),
    nats: readNats(values),
    allowedOrigins: values.ALLOWED_ORIGINS ?? [],
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    limits: readLimits(environment, (variable, hint, example) => {
      throw new ConfigError(`${variable} ${hint}, for example ${variable}=${example}`);
    }),
    demo: values.DEMO === undefined ? signIn.mode === 'demo' : values.DEMO === '1' && signIn.mode === 'demo',
    logLevel: values.LOG_LEVEL ?? 'info',
  };
};
