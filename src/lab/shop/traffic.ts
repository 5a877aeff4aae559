import { callText } from '../runtime/http-client.ts';

const CHECKOUTS_PER_SECOND = 6;
const ORDER_LOOKUPS_PER_SECOND = 3;
/** The whole rate swells and falls by a seventh over two minutes, as traffic does. */
const SWELL = 0.15;
const SWELL_PERIOD_MS = 120_000;
/** People give up: a slow shop must not collect requests without end. */
const MOST_IN_FLIGHT = 12;
const OLD_CART_SHARE = 0.04;

/** People who use the shop: arrivals at random around a gentle rate, whether the shop is slow or not. */
export const startTraffic = (gatewayUrl: string, owners: number, random: () => number): { stop: () => void } => {
  let inFlight = 0;
  let stopped = false;
  const timers = new Set<NodeJS.Timeout>();

  const visit = (path: string): void => {
    if (inFlight >= MOST_IN_FLIGHT) return;
    inFlight += 1;
    callText('GET', `${gatewayUrl}${path}`, { timeoutMs: 10_000 })
      .catch(() => undefined)
      .finally(() => {
        inFlight -= 1;
      });
  };

  const arrive = (perSecond: number, path: () => string): void => {
    const swell = 1 + SWELL * Math.sin((Date.now() / SWELL_PERIOD_MS) * 2 * Math.PI);
    // Exponential gaps, without the longest: a lull of seconds would leave a chart with holes.
    const gapMs = Math.min(-Math.log(1 - random()), 3) * (1000 / (perSecond * swell));
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (stopped) return;
      visit(path());
      arrive(perSecond, path);
    }, gapMs);
    timers.add(timer);
  };

  const customer = (): number => 1 + Math.floor(random() * owners);
  arrive(CHECKOUTS_PER_SECOND, () => `/checkout?customer=${customer()}&cart=${random() < OLD_CART_SHARE ? 1 : 2}`);
  arrive(ORDER_LOOKUPS_PER_SECOND, () => `/order?id=${customer()}`);
  return {
    stop: () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
