import type { CauseFinder } from './cause.ts';
import { connectionLeak } from './connection-leak.ts';
import { expiredCertificate } from './expired-certificate.ts';
import { longTransaction } from './long-transaction.ts';
import { memoryGrowth } from './memory-growth.ts';
import { missingIndex } from './missing-index.ts';
import { poisonMessage } from './poison-message.ts';
import { slowDependency } from './slow-dependency.ts';
import { timeoutLowered } from './timeout-lowered.ts';

/** The kinds of failure that are looked for: each from what can be observed of any shop, none by name. */
export const causeFinders: readonly CauseFinder[] = [
  missingIndex,
  connectionLeak,
  timeoutLowered,
  memoryGrowth,
  poisonMessage,
  slowDependency,
  expiredCertificate,
  longTransaction,
];
