/**
 * Every limit that an operator can set: its variable, what is usual and why, and what makes sense. `what` is counted
 * in the words of an error and of the README.
 */
export const LIMITS = {
  /** Of one caller to the API, or of one address where only an upstream knows callers; more are answered 429. */
  requestsPerMinute: { variable: 'REQUESTS_PER_MINUTE', usual: 6_000, least: 1, most: 9_999_999, what: 'requests' },
  /** Of one agent key, on all of its connections; more are answered −32004. */
  publishesPerSecond: { variable: 'PUBLISHES_PER_SECOND', usual: 5_000, least: 1, most: 9_999_999, what: 'events' },
  /** Calls on one relay connection that are no publications; more are answered −32004. */
  callsPerSecond: { variable: 'CALLS_PER_SECOND', usual: 500, least: 1, most: 9_999_999, what: 'calls' },
  /** One frame of a person, its fragments counted together; a larger one closes 1009. */
  personFrameBytes: { variable: 'PERSON_FRAME_BYTES', usual: 65_536, least: 1_024, most: 16_777_216, what: 'bytes' },
  /** One frame of a key. Our own SDK puts up to half a mebibyte in one. */
  agentFrameBytes: { variable: 'AGENT_FRAME_BYTES', usual: 1_048_576, least: 1_024, most: 16_777_216, what: 'bytes' },
  /** Incidents that one connection watches at a time; more are answered −32004. */
  subscriptionsPerConnection: {
    variable: 'SUBSCRIPTIONS_PER_CONNECTION',
    usual: 200,
    least: 1,
    most: 100_000,
    what: 'subscriptions',
  },
  /** More relay connections than these are refused with 429. */
  connectionsPerTenant: {
    variable: 'CONNECTIONS_PER_TENANT',
    usual: 20_000,
    least: 1,
    most: 1_000_000,
    what: 'connections',
  },
  connectionsPerAddress: {
    variable: 'CONNECTIONS_PER_ADDRESS',
    usual: 10_000,
    least: 1,
    most: 1_000_000,
    what: 'connections',
  },
  /** Of one address, refused or not; more are answered 429. A whole office comes back at once after a restart. */
  upgradesPerMinute: { variable: 'UPGRADES_PER_MINUTE', usual: 12_000, least: 1, most: 9_999_999, what: 'upgrades' },
  /** Streams of server-sent events that are open at a time; more are answered 429. */
  streamsPerTenant: { variable: 'STREAMS_PER_TENANT', usual: 2_000, least: 1, most: 1_000_000, what: 'streams' },
  /** What all readers together may not have taken yet of the events that are on their way to them. */
  readersMemoryMib: { variable: 'READERS_MEMORY_MIB', usual: 256, least: 1, most: 65_536, what: 'mebibytes' },
  /** Without a valid call for so long a relay connection is closed 1008; clients ping every 30 s. */
  idleTimeoutS: { variable: 'IDLE_TIMEOUT_S', usual: 60, least: 1, most: 86_400, what: 'seconds' },
  /** From the connection to the last header of a request; else 408. */
  headersTimeoutS: { variable: 'HEADERS_TIMEOUT_S', usual: 10, least: 1, most: 3_600, what: 'seconds' },
  /** From the connection to the last byte of a request; else 408. An import may come over a slow line. */
  requestTimeoutS: { variable: 'REQUEST_TIMEOUT_S', usual: 120, least: 1, most: 3_600, what: 'seconds' },
  /** For which a connection is kept for the next request. Longer than the minute of the usual proxies. */
  keepAliveTimeoutS: { variable: 'KEEP_ALIVE_TIMEOUT_S', usual: 72, least: 1, most: 3_600, what: 'seconds' },
} as const;

type Name = keyof typeof LIMITS;

export type Limits = { readonly [Key in Name]: number };

const NAMES = Object.keys(LIMITS) as Name[];

/** The usual limits. */
export const usualLimits = (): Limits =>
  Object.fromEntries(NAMES.map((name) => [name, LIMITS[name].usual])) as { [Key in Name]: number };

/** Reads the limits that are set; `fail` is told the variable, what it must be and an example. */
export const readLimits = (
  environment: Record<string, string | undefined>,
  fail: (variable: string, hint: string, example: string) => never,
): Limits => {
  const limits: { [Key in Name]: number } = { ...usualLimits() };
  for (const name of NAMES) {
    const { variable, usual, least, most, what } = LIMITS[name];
    const text = environment[variable];
    if (text === undefined || text === '') continue;
    const value = /^\d{1,8}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      fail(variable, `must be a number of ${what} from ${least} to ${most}`, String(usual));
    }
    limits[name] = value;
  }
  if (limits.requestTimeoutS < limits.headersTimeoutS) {
    fail('REQUEST_TIMEOUT_S', `must not be less than HEADERS_TIMEOUT_S (${limits.headersTimeoutS})`, '120');
  }
  return limits;
};
