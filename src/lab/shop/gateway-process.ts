import { dieWithParent } from '../runtime/die-with-parent.ts';
import { fieldsOf } from '../runtime/fields.ts';
import { CallFailed } from '../runtime/http-client.ts';
import { Refusal, serve } from '../runtime/http-server.ts';
import { tellReady } from '../runtime/settings.ts';
import { openService } from './service.ts';
import { createSummaryCache } from './summary-cache.ts';

dieWithParent();
const gateway = await openService();
const keys = gateway.settings.texts('keys');
const cache = createSummaryCache(gateway);

/** A card that is declined is the customer's affair, not a failure of ours. */
const orDeclined = (error: unknown): string => {
  if (error instanceof CallFailed && error.status === '402') throw new Refusal(402, { error: 'card_declined' });
  throw error;
};

const routes = gateway.routes({
  'POST /checkout': async ({ body, span }) => {
    const basket = fieldsOf(body);
    const customer = basket.number('customer');
    // A browser of last year: served, and noted until the old cart is gone.
    if (basket.number('cart') === 1) gateway.log('warn', 'deprecated cart version', { cart: 1, traceId: span.traceId });
    const timeoutMs = gateway.number(keys.ordersTimeout ?? '');
    const [recent, spend] = await Promise.all([
      gateway.call('orders', span, 'GET', `/recent?customer=${customer}`, { timeoutMs }),
      gateway.call('orders', span, 'GET', `/spend?customer=${customer}`, { timeoutMs }),
    ]);
    cache.keep(customer, span.traceId, { recent, spend });
    const payment = await gateway
      .call('payments', span, 'POST', '/pay', {
        body: { cents: basket.number('cents'), card: basket.text('card') },
        timeoutMs: gateway.number(keys.paymentsTimeout ?? ''),
      })
      .catch(orDeclined);
    const order = await gateway.call('orders', span, 'POST', '/orders', {
      body: { customer, cents: basket.number('cents'), delivery: basket.raw('delivery') },
      timeoutMs,
    });
    return { status: 201, body: { order: JSON.parse(order), payment: JSON.parse(payment), spend: JSON.parse(spend) } };
  },
  'GET /order': async ({ query, span }) => {
    const text = await gateway.call('orders', span, 'GET', `/order?id=${encodeURIComponent(query.get('id') ?? '')}`, {
      timeoutMs: gateway.number(keys.ordersTimeout ?? ''),
    });
    return { body: JSON.parse(text) };
  },
});

gateway.answer();
const { url } = await serve({ routes, tokens: [gateway.token] });
tellReady(url);
