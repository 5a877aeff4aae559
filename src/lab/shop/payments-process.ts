import { dieWithParent } from '../runtime/die-with-parent.ts';
import { fieldsOf } from '../runtime/fields.ts';
import { CallFailed } from '../runtime/http-client.ts';
import { Refusal, serve } from '../runtime/http-server.ts';
import { tellReady } from '../runtime/settings.ts';
import type { OpenSpan } from '../runtime/trace.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { createConnectionPool } from './connection-pool.ts';
import { type Charge, createDeferred, isDeclined } from './deferred-payments.ts';
import { openService } from './service.ts';

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
    const declined = isDeclined(error);
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
  trial: () => deferred.settleOldest(),
});

const deferred = createDeferred((wanted) => {
  const span = payments.span('deferred payment', 'job');
  return charge(wanted, span).finally(() => span.end());
});
metrics.gauge('payments_deferred', 'Payments that wait for the provider.', () => [
  [{ service: 'payments' }, deferred.count()],
]);
const settleDeferred = async (): Promise<void> => {
  if (deferred.count() > 0 && breaker.allows()) await deferred.settleOldest();
};
setInterval(() => void settleDeferred().catch(() => undefined), 1_000);

const routes = payments.routes({
  'POST /pay': async ({ body, span }) => {
    const wanted = { cents: fieldsOf(body).number('cents'), card: fieldsOf(body).text('card') };
    if (!breaker.allows()) {
      deferred.add(wanted);
      return { status: 202, body: { status: 'deferred' } };
    }
    try {
      return { body: JSON.parse(await charge(wanted, span)) };
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      if (isDeclined(error)) throw new Refusal(402, { error: 'card_declined' });
      log('error', 'charge failed', { provider, status: error.status, error: error.message, traceId: span.traceId });
      throw new Refusal(error.status === 'timeout' ? 504 : 502, { error: error.message });
    }
  },
});

payments.answer({
  pools: () => [pool.state()],
  breakers: () => [breaker.state()],
  resized: () => pool.renew(),
  clear: () => deferred.clear(),
  certificates: (params) => {
    tls = params.texts('tls');
    pool.renew();
    log('info', 'certificates reloaded', { for: provider });
  },
});
const { url } = await serve({ routes, tokens: [payments.token] });
tellReady(url);
