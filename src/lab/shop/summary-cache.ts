import type { Service } from './service.ts';

const MOST_ENTRIES = 120;
const PRICES_AN_ENTRY = 40;

type Entry = { value: object; prices: { sku: string; cents: number }[] };

/** Keeps what was shown to customers last. A build may name another key and no limit: then each request is kept. */
export const createSummaryCache = ({ name, metrics, build }: Service) => {
  const entries = new Map<string, Entry>();
  const perRequest = build.truth('cachePerRequest');
  const pricesAnEntry = build.has('cachedPrices') ? build.number('cachedPrices') : PRICES_AN_ENTRY;
  metrics.gauge('cache_entries', 'Entries in the cache.', () => [
    [{ service: name, cache: 'summaries' }, entries.size],
  ]);

  return {
    keep: (customer: number, request: string, value: object): void => {
      const key = perRequest ? `${customer} ${request}` : String(customer);
      const prices = Array.from({ length: pricesAnEntry }, (_, index) => ({
        sku: `${key}-${index}`,
        cents: (customer * 31 + index * 17) % 9_900,
      }));
      entries.set(key, { value, prices });
      const [oldest] = entries.keys();
      if (!perRequest && entries.size > MOST_ENTRIES && oldest !== undefined) entries.delete(oldest);
    },
  };
};
