type Sent = Readonly<Record<string, string | string[] | undefined>>;

/**
 * What a caller may say to the API elsewhere beside who it is. Lists of what passes, not of what does not: so no header
 * of a connection passes (RFC 9110 §7.6.1), nor one by which somebody claims to be a proxy, another caller or a page.
 */
const TO_API: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-encoding',
  'content-language',
  'content-length',
  'content-type',
  'host',
  'idempotency-key',
  'if-match',
  'last-event-id',
  'traceparent',
  'tracestate',
  'user-agent',
]);

/**
 * What the API elsewhere may say to a caller. It speaks from our origin here, to a browser with our cookies: it sets
 * none, opens our answers to no other origin, changes no rule that we set (CSP, caching, TLS), asks nobody for a
 * password, and tells the proxy before us nothing (`X-Accel-*`).
 */
const TO_CALLER: ReadonlySet<string> = new Set([
  'allow',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-type',
  'deprecation',
  'etag',
  'idempotent-replayed',
  'link',
  'location',
  'retry-after',
  'sunset',
]);
const RATE_LIMITS = /^(?:x-)?ratelimit(?:-|$)/;

const pick = (headers: Sent, passes: (name: string) => boolean): Record<string, string | string[] | undefined> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => passes(name.toLowerCase())));

/** The headers of a request, names in lower case, that go on to the API. A request without a body names no length of one. */
export const passToApi = (headers: Sent, method: string): Record<string, string | string[] | undefined> => {
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return pick(headers, (name) => TO_API.has(name) && (hasBody || !name.startsWith('content-')));
};

/** The headers of an answer that go on to the caller. */
export const passToCaller = (headers: Sent): Record<string, string | string[] | undefined> =>
  pick(headers, (name) => TO_CALLER.has(name) || RATE_LIMITS.test(name));
