import { pick } from '../runtime/random.ts';
import { cacheGrows } from './cache-grows.ts';
import { certificateExpired } from './certificate-expired.ts';
import { runDecoys } from './decoys.ts';
import type { Fault, Injected } from './fault.ts';
import { indexDropped } from './index-dropped.ts';
import { longTransaction } from './long-transaction.ts';
import { poisonMessage } from './poison-message.ts';
import { poolLeak } from './pool-leak.ts';
import type { ShopControl } from './shop-control.ts';
import { slowProvider } from './slow-provider.ts';
import { timeoutLowered } from './timeout-lowered.ts';

const FAULTS: readonly [Fault, ...Fault[]] = [
  indexDropped,
  poolLeak,
  timeoutLowered,
  cacheGrows,
  poisonMessage,
  slowProvider,
  certificateExpired,
  longTransaction,
];

/** Nothing is broken; what happens is what happens every day. */
const CALM: Fault = {
  id: 'calm',
  title: 'Nothing: an ordinary day, to see that no alert comes',
  inject: async (control) => {
    await runDecoys(control, 2, 4);
    return { truth: { kind: 'none', services: [], subjects: [], changeIds: [] }, isActive: async () => false };
  },
};

/** What can be chosen. */
export const CHOICES: readonly { id: string; title: string }[] = [...FAULTS, CALM].map(({ id, title }) => ({
  id,
  title,
}));

/** `at` is when the breaking began, in epoch ms. */
export type Round = Injected & { id: string; at: number };

/** Breaks the shop in the chosen way or, without a choice, in any; among things that harm nobody. */
export const breakShop = async (control: ShopControl, chosen: string | undefined): Promise<Round> => {
  const { random, pause } = control;
  const fault = [...FAULTS, CALM].find(({ id }) => id === chosen) ?? pick(random, FAULTS);
  await runDecoys(control, 0, 2);
  await pause(4_000 * random());
  const at = Date.now();
  const injected = await fault.inject(control);
  if (fault !== CALM && random() < 0.3) await runDecoys(control, 1, 1);
  return { ...injected, id: fault.id, at };
};
