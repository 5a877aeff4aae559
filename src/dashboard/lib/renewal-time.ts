/** Time enough for somebody who has to fetch a token from elsewhere. */
const LEAD_MS = 5 * 60_000;
/** However short-lived tokens are, or wrong the clocks: no server is asked more often than this. */
const LEAST_MS = 30_000;

/** When to renew a session that was looked at then and ends then: well before its end, by a third of a short life. */
export const renewalTime = (askedAt: number, endsAt: number): number =>
  Math.max(askedAt + LEAST_MS, endsAt - Math.min(LEAD_MS, (endsAt - askedAt) / 3));
