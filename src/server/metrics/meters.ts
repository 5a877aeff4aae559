/** A histogram in plain numbers: `counts` has one place for each bound and one for all above. */
export type Histogram = { readonly bounds: readonly number[]; readonly counts: number[]; sum: number };

/** Counts by a label whose values are few and known. */
export type Tally<Label extends string | number> = Map<Label, number>;

const histogram = (bounds: readonly number[]): Histogram => ({
  bounds,
  counts: new Array<number>(bounds.length + 1).fill(0),
  sum: 0,
});

export const observe = (into: Histogram, value: number): void => {
  let place = 0;
  while (place < into.bounds.length && value > (into.bounds[place] ?? 0)) place += 1;
  into.counts[place] = (into.counts[place] ?? 0) + 1;
  into.sum += value;
};

export const count = <Label extends string | number>(into: Tally<Label>, label: Label): void => {
  into.set(label, (into.get(label) ?? 0) + 1);
};

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

export type UpstreamTarget = 'relay' | 'api' | 'notifications';

export type Meters = ReturnType<typeof createMeters>;

/**
 * What the server counts while it works, in plain numbers: nobody pays for a metric but who reads it. No tenant, id or
 * address is ever a label.
 */
export const createMeters = () => ({
  /** Events written to subscribers. */
  deliveries: 0,
  /** Of connections that have ended. */
  sentBytes: 0,
  /** How often a live reader was so far behind that its feed went back to the log. */
  fellBehind: 0,
  replayPages: 0,
  replayEvents: 0,
  replaySeconds: histogram(SECONDS),
  eventStreams: 0,
  rpcErrors: new Map<number, number>(),
  closes: new Map<number | 'other', number>(),
  limits: new Map<string, number>(),
  appendSeconds: histogram(SECONDS),
  commitSeconds: histogram(SECONDS),
  commitRequests: histogram(SIZES),
  logEvents: 0,
  httpResponses: new Map<number, number>(),
  upgradesRefused: new Map<number, number>(),
  upstreamFailures: new Map<`${UpstreamTarget}:${string}`, number>(),
  ticketsIssued: 0,
  ticketsUsed: 0,
  ticketsRefused: 0,
});

const KNOWN_CLOSES: ReadonlySet<number> = new Set([
  1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1012, 1013, 4401, 4403, 4429,
]);

/** A client may close with any of thousands of codes. */
export const closeLabel = (code: number): number | 'other' => (KNOWN_CLOSES.has(code) ? code : 'other');

/** Why an upstream did not serve, by its HTTP status; 0 where there was no answer. */
export const failureLabel = (status: number): string => {
  switch (status) {
    case 0:
      return 'unreachable';
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 429:
      return 'limited';
    default:
      return status >= 500 ? 'server_error' : 'refused';
  }
};
