import { z } from 'zod';
import { callText } from '../runtime/http-client.ts';
import { type Handler, type Routes, serve } from '../runtime/http-server.ts';
import { dieWithParent, readSettings, tellReady } from '../runtime/settings.ts';
import { openLog } from './log-file.ts';
import { createMetrics } from './metrics.ts';

const settings = readSettings(
  z.object({ ordersUrl: z.string(), log: z.string(), token: z.string(), release: z.string() }),
);
dieWithParent();

type Upstream = { name: string; startMs: number; durationMs: number };

const log = openLog(settings.log, 'gateway');
const metrics = createMetrics();
const observeRequest = metrics.histogram('http_request_duration_seconds', 'Time to answer a request.');
const countError = metrics.counter('http_errors_total', 'Requests answered with 5xx.');
let inFlight = 0;
let { release } = settings;
const flags = new Map<string, string>();
metrics.gauge('http_requests_in_flight', 'Requests being answered.', () => [[{ service: 'gateway' }, inFlight]]);
metrics.gauge('build_info', 'The release that runs.', () => [[{ service: 'gateway', version: release }, 1]]);
metrics.gauge('process_resident_memory_bytes', 'Resident memory.', () => [
  [{ service: 'gateway' }, process.memoryUsage.rss()],
]);

/** Asks orders, all at once, and keeps when each answer came: what a trace of the request is made of. */
const ask = async (paths: readonly string[]): Promise<{ bodies: string[]; upstream: Upstream[] }> => {
  const began = performance.now();
  const upstream: Upstream[] = [];
  const bodies = await Promise.all(
    paths.map(async (path) => {
      const body = await callText('GET', `${settings.ordersUrl}${path}`);
      const name = `orders ${path.split('?')[0] ?? path}`;
      upstream.push({ name, startMs: 0, durationMs: Number((performance.now() - began).toFixed(1)) });
      return body;
    }),
  );
  return { bodies, upstream };
};

const observed =
  (route: string, paths: (query: URLSearchParams) => readonly string[]): Handler =>
  async ({ query }) => {
    const began = performance.now();
    inFlight += 1;
    const result = await ask(paths(query)).catch((error: unknown) => ({ error: String(error) }));
    inFlight -= 1;
    const failed = 'error' in result;
    const durationMs = performance.now() - began;
    observeRequest({ service: 'gateway', route, status: failed ? '502' : '200' }, durationMs / 1000);
    if (failed) countError({ service: 'gateway', route });
    log(failed ? 'error' : 'info', failed ? 'upstream failed' : 'request', {
      route,
      status: failed ? 502 : 200,
      durationMs: Number(durationMs.toFixed(1)),
      ...(failed ? { error: result.error } : { upstream: result.upstream }),
    });
    // A browser of last year: served, and noted until the old cart is gone.
    if (query.get('cart') === '1') log('warn', 'deprecated cart version', { route, cart: 1 });
    return failed
      ? { status: 502, body: { error: 'upstream_failed' } }
      : {
          body: {
            release,
            flags: Object.fromEntries(flags),
            parts: result.bodies.map((body): unknown => JSON.parse(body)),
          },
        };
  };

const Deploy = z.object({ version: z.string() });
const Flag = z.object({ name: z.string(), value: z.string() });
const value = (query: URLSearchParams, name: string): string => encodeURIComponent(query.get(name) ?? '');

const routes: Routes = {
  'GET /checkout': observed('/checkout', (query) => {
    const customer = value(query, 'customer');
    return [`/recent?customer=${customer}`, `/spend?customer=${customer}`];
  }),
  'GET /order': observed('/order', (query) => [`/order?id=${value(query, 'id')}`]),
  'GET /health': () => ({ body: { status: 'ok', release } }),
  'GET /metrics': () => ({ text: metrics.text() }),
  'POST /admin/deploy': ({ body }) => {
    const before = release;
    release = Deploy.parse(body).version;
    log('info', 'release activated', { before, after: release });
    return { body: { before, after: release } };
  },
  'POST /admin/flags': ({ body }) => {
    const { name, value: next } = Flag.parse(body);
    const before = flags.get(name) ?? 'off';
    flags.set(name, next);
    log('info', 'flag changed', { flag: name, before, after: next });
    return { body: { before, after: next } };
  },
};

const { url } = await serve({ routes, token: settings.token });
tellReady(url);
