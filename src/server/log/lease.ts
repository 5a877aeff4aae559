import type { StateStore } from './state-store.ts';

/** How long others are kept from what a process leaves behind that ends in the middle of it. */
type Lease = { bucket: string; key: string; ttlMs: number };

/** Does the work where no other process is at it; resolves to false, with nothing done, where one is. */
export const withLease = async (
  state: StateStore,
  { bucket, key, ttlMs }: Lease,
  work: () => Promise<void>,
): Promise<boolean> => {
  if ((await state.put(bucket, key, true, { ttlMs, expect: 'absent' })) === undefined) return false;
  try {
    await work();
    return true;
  } finally {
    await state.delete(bucket, key);
  }
};
