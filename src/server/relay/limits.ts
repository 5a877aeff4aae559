import type { Neighbours } from '../cluster/neighbours.ts';
import { shareSpending } from '../cluster/shared-spending.ts';

/** Keys whose allowance is full again are forgotten this often. */
const FORGET_EVERY_MS = 60_000;

/** What was reached, as the metrics name it. */
export type LimitName =
  | 'publish_rate'
  | 'call_rate'
  | 'request_rate'
  | 'upgrade_rate'
  | 'message_size'
  | 'subscriptions'
  | 'tenant_connections'
  | 'address_connections'
  | 'tenant_streams'
  | 'idle'
  | 'slow_consumer'
  | 'request_timeout'
  | 'keep_alive'
  | 'log_unavailable'
  | 'closing';

/**
 * A token bucket for each name, from which `burstSeconds` worth can be taken at once. `take` answers 0, or the
 * milliseconds after which the next is allowed; `spend` takes what others were given already, at most a burst ahead.
 */
export const createRateLimit = (perSecond: number, burstSeconds: number, elapsed: () => number) => {
  const capacity = perSecond * burstSeconds;
  const buckets = new Map<string, { left: number; at: number }>();
  let forgottenAt = elapsed();

  const forget = (): void => {
    forgottenAt = elapsed();
    for (const [name, { at }] of buckets) if (forgottenAt - at > 2 * burstSeconds * 1_000) buckets.delete(name);
  };

  const bucketOf = (name: string): { left: number; at: number } => {
    const at = elapsed();
    if (at - forgottenAt > FORGET_EVERY_MS) forget();
    const bucket = buckets.get(name) ?? { left: capacity, at };
    buckets.set(name, bucket);
    bucket.left = Math.min(capacity, bucket.left + ((at - bucket.at) / 1_000) * perSecond);
    bucket.at = at;
    return bucket;
  };

  return {
    take(name: string): number {
      const bucket = bucketOf(name);
      if (bucket.left < 1) return Math.ceil(((1 - bucket.left) / perSecond) * 1_000);
      bucket.left -= 1;
      return 0;
    },
    spend(name: string, count: number): void {
      const bucket = bucketOf(name);
      bucket.left = Math.max(-capacity, bucket.left - count);
    },
  };
};

/** The same for all nodes together; `topic` tells it from other limits. */
export const createSharedRateLimit = (
  neighbours: Neighbours,
  topic: string,
  ...[perSecond, burstSeconds, elapsed]: Parameters<typeof createRateLimit>
): { take(name: string): number } => {
  const limit = createRateLimit(perSecond, burstSeconds, elapsed);
  const spent = shareSpending(neighbours, topic, limit.spend);
  return {
    take(name) {
      const waitMs = limit.take(name);
      if (waitMs === 0) spent(name);
      return waitMs;
    },
  };
};

/** Counts how many of each name there are at a time. */
export const createCounts = (most: number) => {
  const counts = new Map<string, number>();
  return {
    isFull: (name: string): boolean => (counts.get(name) ?? 0) >= most,
    /** Returns the function that takes it out again. */
    add(name: string): () => void {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return () => {
        const left = (counts.get(name) ?? 1) - 1;
        if (left === 0) counts.delete(name);
        else counts.set(name, left);
      };
    },
  };
};

/** The connections that each tenant has, and those from each address; `isFull` names what there is no room for. */
export const createConnectionRoom = (most: { perTenant: number; perAddress: number }) => {
  const ofTenant = createCounts(most.perTenant);
  const ofAddress = createCounts(most.perAddress);
  return {
    isFull(tenantId: string, address: string): 'tenant_connections' | 'address_connections' | undefined {
      if (ofTenant.isFull(tenantId)) return 'tenant_connections';
      return ofAddress.isFull(address) ? 'address_connections' : undefined;
    },
    /** Returns the function that takes it out again. */
    add(tenantId: string, address: string): () => void {
      const leave = [ofTenant.add(tenantId), ofAddress.add(address)];
      return () => {
        for (const goOut of leave) goOut();
      };
    },
  };
};
