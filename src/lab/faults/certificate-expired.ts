import { between, pick } from '../runtime/random.ts';
import type { Fault } from './fault.ts';

const DAY_MS = 24 * 3600 * 1000;

/** A certificate between payments and the provider reaches its end; nobody noticed that its renewal failed. */
export const certificateExpired: Fault = {
  id: 'certificate',
  title: 'A certificate between two services expires',
  inject: async ({ shop, certify, validUntil, pause, random }) => {
    const name = pick(random, [shop.certificates.server, shop.certificates.client]);
    const notAfter = Date.now() + between(random, 2, 4) * 1000;
    await certify(name, notAfter - 90 * DAY_MS, notAfter);
    await pause(notAfter - Date.now());
    return {
      truth: {
        kind: 'expired_certificate',
        services: ['payments', shop.provider],
        subjects: [name],
        changeIds: [],
      },
      isActive: async () => (await validUntil(name)) < Date.now(),
    };
  },
};
