import { fieldsOf } from '../runtime/fields.ts';
import { CallFailed } from '../runtime/http-client.ts';
import { Refusal, serve } from '../runtime/http-server.ts';
import { dieWithParent, tellReady } from '../runtime/settings.ts';
import type { OpenSpan } from '../runtime/trace.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { createConnectionPool } from './connection-pool.ts';
import { openService } from './service.ts';

/** Payments that wait for the provider; more are refused. */
const MOST_DEFERRED = 2_000;

dieWithParent();
const payments = await openService();
const { settings, metrics, log } = payments;
const keys = settings.texts('keys');
const provider = settings.text('provider');
let tls = settings.texts('tls');
const setting = (key: string): number => payments.number(keys[key] ?? '');
const leaksOnDecline = payments.build.truth('keepsConnectionOnDecline');

const pool = createConnectionPool(payments, {
  pool: provider,
  size: () => setting('poolSize'),
  waitAtMostMs: () => setting('poolTimeout'),
  tls: () => ({ ca: tls.ca ?? '', cert: tls.cert ?? '', key: tls.key ?? '', servername: provider }),
});

type Charge = { cents: number; card: string };
const deferred: Charge[] = [];
metrics.gauge('payments_deferred', 'Payments that wait for the provider.', () => [
  [{ service: 'payments' }, deferred.length],
]);

const charge = async (wanted: Charge, span: OpenSpan): Promise<string> => {
  const connection = await pool.acquire(span.traceId);
  const began = performance.now();
  try {
    const receipt = await payments.call(provider, span, 'POST', '/charges', {
      body: wanted,
      timeoutMs: setting('providerTimeout'),
      connection: { agent: connection.agent },
    });
    breaker.ended(false, performance.now() - began);
    pool.release(connection);
    return receipt;
  } catch (error) {
    const declined = error instanceof CallFailed && error.status === '402';
    breaker.ended(!declined, performance.now() - began);
    if (declined && leaksOnDecline) throw error;
    pool.release(connection);
    throw error;
  }
};

const breaker = createCircuitBreaker(payments, {
  dependency: provider,
  enabled: () => payments.text(keys.breaker ?? '') === 'on',
  slowMs: () => setting('slowCall'),
  // The oldest that waits is the trial; with none there is nothing to lose by asking again.
  trial: async () => {
    const [oldest] = deferred;
    if (oldest === undefined) return;
    const span = payments.span('deferred payment', 'job');
    await charge(oldest, span).finally(() => span.end());
    deferred.shift();
  },
});

const settleDeferred = async (): Promise<void> => {
  const [oldest] = deferred;
  if (oldest === undefined || !breaker.allows()) return;
  const span = payments.span('deferred payment', 'job');
  await charge(oldest, span).finally(() => span.end());
  deferred.shift();
};
setInterval(() => void settleDeferred().catch(() => undefined), 1_000);

const routes = payments.routes({
  'POST /pay': async ({ body, span }) => {
    const wanted = { cents: fieldsOf(body).number('cents'), card: fieldsOf(body).text('card') };
    if (!breaker.allows()) {
      if (deferred.length >= MOST_DEFERRED) throw new Refusal(503, { error: 'too many payments wait' });
      deferred.push(wanted);
      return { status: 202, body: { status: 'deferred' } };
    }
    try {
      return { body: JSON.parse(await charge(wanted, span)) };
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      if (error.status === '402') throw new Refusal(402, { error: 'card_declined' });
      log('error', 'charge failed', { provider, status: error.status, error: error.message, traceId: span.traceId });
      throw new Refusal(error.status === 'timeout' ? 504 : 502, { error: error.message });
    }
  },
});

payments.answer({
  pools: () => [pool.state()],
  breakers: () => [breaker.state()],
  resized: () => pool.renew(),
  certificates: (params) => {
    tls = params.texts('tls');
    pool.renew();
    log('info', 'certificates reloaded', { for: provider });
  },
});
const { url } = await serve({ routes, tokens: [payments.token] });
tellReady(url);
