import { between, pick } from '../runtime/random.ts';
import type { Fault } from './fault.ts';

/** Somebody sets a timeout to less than what waiting for the bank usually takes. */
export const timeoutLowered: Fault = {
  id: 'timeout',
  title: 'A setting lowers a timeout',
  inject: async ({ key, configure, setting, random }) => {
    const [service, name] = pick(random, [
      ['payments', key('providerTimeout')],
      ['gateway', key('paymentsTimeout')],
    ]);
    const value = String(service === 'payments' ? between(random, 15, 26) : between(random, 18, 30));
    const changeId = await configure(service, name, value);
    return {
      truth: { kind: 'timeout_lowered', services: [service], subjects: [name], changeIds: [changeId] },
      isActive: async () => (await setting(service, name)) === value,
    };
  },
};
