import { callText } from '../runtime/http-client.ts';
import { between, pick } from '../runtime/random.ts';

const CHECKOUTS_PER_SECOND = 6;
const ORDER_LOOKUPS_PER_SECOND = 3;
/** A day with its two peaks, in four minutes. */
const DAY_MS = 240_000;
/** People give up: a slow shop must not collect requests without end. */
const MOST_IN_FLIGHT = 40;
const OLD_CART_SHARE = 0.04;
const DECLINED_SHARE = 0.08;

export type Delivery = { country: string; grams: number; notBefore: string };

export type TrafficOptions = { gatewayUrl: () => string; token: string; owners: number; random: () => number };

const dayShape = (now: number): number => {
  const day = (now / DAY_MS) * 2 * Math.PI;
  return 1 + 0.15 * Math.sin(day) + 0.1 * Math.sin(2 * day + 1);
};

/** People who use the shop: arrivals at random around the rate of the hour, whether the shop is slow or not. */
export const createTraffic = ({ gatewayUrl, token, owners, random }: TrafficOptions) => {
  let inFlight = 0;
  let factor = 1;
  let oldCarts = OLD_CART_SHARE;

  const visit = async (method: 'GET' | 'POST', path: string, body?: object): Promise<void> => {
    if (inFlight >= MOST_IN_FLIGHT) return;
    inFlight += 1;
    await callText(method, `${gatewayUrl()}${path}`, {
      token,
      timeoutMs: 10_000,
      ...(body === undefined ? {} : { body }),
    })
      // People see an error page; what it means to the shop is in its metrics.
      .catch(() => undefined)
      .finally(() => {
        inFlight -= 1;
      });
  };
  const customer = (): number => between(random, 1, owners);
  const basket = (card: string, delivery: Delivery): object => ({
    customer: customer(),
    cart: random() < oldCarts ? 1 : 2,
    cents: between(random, 499, 48_000),
    card,
    delivery,
  });
  const usualDelivery = (): Delivery => ({
    country: pick(random, ['DE', 'FR', 'NL', 'PT', 'IT', 'US']),
    grams: between(random, 100, 5_000),
    notBefore: new Date().toISOString(),
  });

  const arrive = (perSecond: number, comes: () => Promise<void>): void => {
    // Exponential gaps, without the longest: a lull of seconds would leave a chart with holes.
    const gapMs = Math.min(-Math.log(1 - random()), 3) * (1000 / (perSecond * factor * dayShape(Date.now())));
    setTimeout(() => {
      void comes();
      arrive(perSecond, comes);
    }, gapMs);
  };

  return {
    start: (): void => {
      arrive(CHECKOUTS_PER_SECOND, () =>
        visit('POST', '/checkout', basket(random() < DECLINED_SHARE ? '4000 0002' : '4242 4242', usualDelivery())),
      );
      arrive(ORDER_LOOKUPS_PER_SECOND, () => visit('GET', `/order?id=${customer()}`));
    },
    /** One order with this delivery, paid. */
    order: (delivery: Delivery): Promise<void> => visit('POST', '/checkout', basket('4242 4242', delivery)),
    rise: (by: number): void => {
      factor = by;
    },
    oldCarts: (share: number): void => {
      oldCarts = share;
    },
    usual: (): void => {
      factor = 1;
      oldCarts = OLD_CART_SHARE;
    },
  };
};

export type Traffic = ReturnType<typeof createTraffic>;
