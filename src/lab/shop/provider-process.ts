import { createServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { dieWithParent } from '../runtime/die-with-parent.ts';
import { fieldsOf } from '../runtime/fields.ts';
import { listen, listenerOf, Refusal, serve } from '../runtime/http-server.ts';
import { tellReady } from '../runtime/settings.ts';
import { openService } from './service.ts';

/** Connections don't live long here, so that each one is checked again soon. */
const REQUESTS_A_CONNECTION = 12;
const TYPICAL_MS = 24;

dieWithParent();
const provider = await openService();
const { log, settings } = provider;
let addedMs = settings.number('addedMs');

const tlsOf = ({ ca = '', cert = '', key = '' }: Record<string, string>) => ({ ca, cert, key });

/** Log-normal around the typical time, as waiting times are; between 12 and 80 ms. */
const bankMs = (): number => {
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return Math.min(80, Math.max(12, TYPICAL_MS * Math.exp(0.35 * normal)));
};

const routes = provider.routes({
  'POST /charges': async ({ body, span }) => {
    const { text, number } = fieldsOf(body);
    const bank = span.child('bank', 'client');
    await sleep(bankMs() + addedMs * (0.6 + 0.8 * Math.random()));
    bank.end();
    if (text('card').endsWith('0002')) throw new Refusal(402, { error: 'card_declined' });
    return { body: { receipt: span.traceId.slice(0, 12), cents: number('cents') } };
  },
});

const server = createServer(
  { ...tlsOf(settings.texts('tls')), requestCert: true, rejectUnauthorized: true },
  listenerOf({ routes, tokens: [provider.token] }),
);
server.maxRequestsPerSocket = REQUESTS_A_CONNECTION;
server.keepAliveTimeout = 5_000;
server.on('tlsClientError', (error) => {
  const code = 'code' in error ? String(error.code) : '';
  if (code !== 'ECONNRESET') log('warn', 'TLS handshake failed', { code, error: error.message });
});

provider.answer({
  certificates: (params) => {
    server.setSecureContext(tlsOf(params.texts('tls')));
    server.closeIdleConnections();
    log('info', 'certificates reloaded', {});
  },
  slow: (params) => {
    addedMs = params.number('addedMs');
  },
});
const port = await listen(server);
// Measured by the monitor like everybody else, without a certificate.
const { url } = await serve({ routes: provider.routes({}), tokens: [provider.token] });
tellReady(JSON.stringify({ service: `https://127.0.0.1:${port}`, metrics: url }));
