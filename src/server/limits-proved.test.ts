import { expect, it } from 'vitest';
import { LIMITS } from './limits.ts';
import { isDeclared, readSource } from './testing/declared-tests.ts';

const LIMITS_TEST = 'src/server/limits.test.ts';
const RELAY = 'src/server/relay/limits.test.ts';
const FRAMES = 'a frame of the most bytes is heard, and one with a byte more closes 1009';
const TOO_SLOW = 'a request whose %s not come is answered 408';

/** Where each limit is reached from outside: its answer, and the metric that shows it. One without a row does not compile. */
const PROOFS: Readonly<Record<keyof typeof LIMITS, readonly [file: string, title: string, metric: string]>> = {
  requestsPerMinute: [LIMITS_TEST, 'that are too many are refused with 429 and counted', 'request_rate'],
  publishesPerSecond: [RELAY, 'is told when to come back, and nothing of what was refused is stored', 'publish_rate'],
  callsPerSecond: [
    LIMITS_TEST,
    'calls that come too fast are refused with −32004 and the time to wait, and others of the tenant are not',
    'call_rate',
  ],
  personFrameBytes: [LIMITS_TEST, FRAMES, 'message_size'],
  agentFrameBytes: [LIMITS_TEST, FRAMES, 'message_size'],
  subscriptionsPerConnection: [
    LIMITS_TEST,
    'a subscription too many is refused with −32004, and taken after another ended',
    'subscriptions',
  ],
  connectionsPerTenant: [RELAY, 'of a tenant are refused until one of them ends', 'tenant_connections'],
  connectionsPerAddress: [
    RELAY,
    'from an address are refused, and a proxy here says whose address it is',
    'address_connections',
  ],
  upgradesPerMinute: [
    LIMITS_TEST,
    'of one address that come too fast are refused with 429, whoever asks, and those of others are not',
    'upgrade_rate',
  ],
  streamsPerTenant: [
    LIMITS_TEST,
    'a stream too many is refused with 429, and opened after another ended',
    'tenant_streams',
  ],
  readersMemoryMib: [
    'src/server/relay/readers-memory.test.ts',
    'slow readers of every kind never hold more than their limit together, and get everything once',
    'causeflow_readers_held_bytes',
  ],
  idleTimeoutS: [LIMITS_TEST, 'a client without a word is closed 1008', 'idle'],
  headersTimeoutS: [LIMITS_TEST, TOO_SLOW, 'request_timeout'],
  requestTimeoutS: [LIMITS_TEST, TOO_SLOW, 'request_timeout'],
  keepAliveTimeoutS: [LIMITS_TEST, 'a connection that asks for nothing more is closed', 'keep_alive'],
};

it.each(Object.entries(PROOFS))('%s has its answer, its metric and its line in the README', (name, proof) => {
  const [file, title, metric] = proof;
  expect(isDeclared(file, title), `${file} has no test “${title}”`).toBe(true);
  const body = readSource(file).split(title).at(-1) ?? '';
  expect(body).toContain(metric);
  const { variable, usual } = LIMITS[name as keyof typeof LIMITS];
  expect(readSource('README.md')).toMatch(new RegExp(`^\\| \`${variable}\` +\\| \`${usual}\` +\\| \\w`, 'm'));
});
