import { describe, expect, it } from 'vitest';
import { CallFailed } from '../runtime/http-client.ts';
import { type Charge, createDeferred } from './deferred-payments.ts';

describe('payments that wait for the provider', () => {
  const first = { cents: 100, card: '4000 0002' };
  const second = { cents: 200, card: '4242 4242' };
  const waiting = (fails: (wanted: Charge) => Error | undefined) => {
    const charged: Charge[] = [];
    const deferred = createDeferred(async (wanted) => {
      const error = fails(wanted);
      if (error !== undefined) throw error;
      charged.push(wanted);
    });
    deferred.add(first);
    deferred.add(second);
    return { deferred, charged };
  };

  it('do not wait behind a card that is declined', async () => {
    const { deferred, charged } = waiting(({ card }) =>
      card === first.card ? new CallFailed('402', 'no') : undefined,
    );
    await deferred.settleOldest();
    await deferred.settleOldest();
    expect(charged).toEqual([second]);
    expect(deferred.count()).toBe(0);
  });

  it('keep their place where the provider does not answer', async () => {
    let isAway = true;
    const { deferred, charged } = waiting(() => (isAway ? new CallFailed('timeout', 'away') : undefined));
    await expect(deferred.settleOldest()).rejects.toThrow('away');
    isAway = false;
    await deferred.settleOldest();
    expect(charged).toEqual([first]);
  });

  it('are taken once each, however many are settled at a time', async () => {
    const { deferred, charged } = waiting(() => undefined);
    await Promise.all([deferred.settleOldest(), deferred.settleOldest(), deferred.settleOldest()]);
    expect(charged).toEqual([first, second]);
  });
});
