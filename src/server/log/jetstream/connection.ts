import { readFile } from 'node:fs/promises';
import { type ConnectionOptions, connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';

/** Where NATS is and how to get in. */
export type NatsAddress = {
  /** `nats://` or `tls://`, with a name and a password or a token where it needs them; several brokers of one cluster. */
  urls: readonly URL[];
  /** A file of credentials (JWT and key). */
  credentials?: string | undefined;
  /** A file with the authority that the brokers' certificates are from. */
  authority?: string | undefined;
};

const CONNECT_WITHIN_MS = 5_000;
const RECONNECT_EVERY_MS = 250;
const JITTER_MS = 100;
/** A broker that does not answer two of these is gone, whatever TCP says. */
const PING_EVERY_MS = 2_000;

const signIn = (url: URL | undefined): Partial<ConnectionOptions> => {
  if (url === undefined || url.username === '') return {};
  const user = decodeURIComponent(url.username);
  return url.password === '' ? { token: user } : { user, pass: decodeURIComponent(url.password) };
};

/** The brokers' authority, read here so that a file that is not there is told by its name. */
const readAuthority = async (path: string | undefined): Promise<{ ca?: string }> =>
  path === undefined ? {} : { ca: await readFile(path, 'utf8') };

/** Connects, and afterwards for ever again by itself, to whichever broker of the cluster answers. */
export const connectNats = async ({ urls, credentials, authority }: NatsAddress): Promise<NatsConnection> =>
  connect({
    servers: urls.map(({ host }) => host),
    name: 'causeflow-live',
    timeout: CONNECT_WITHIN_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_EVERY_MS,
    reconnectJitter: JITTER_MS,
    reconnectJitterTLS: JITTER_MS,
    pingInterval: PING_EVERY_MS,
    maxPingOut: 2,
    ...signIn(urls[0]),
    ...(credentials === undefined ? {} : { authenticator: credsAuthenticator(await readFile(credentials)) }),
    ...(urls.some(({ protocol }) => protocol === 'tls:') || authority !== undefined
      ? { tls: await readAuthority(authority) }
      : {}),
  });
