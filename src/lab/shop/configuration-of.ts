import type { Blueprint } from './blueprint.ts';

export type Setting = { service: string; key: string; value: string; says: string };

const KEYS = {
  ordersTimeout: ['gateway', 'orders timeout ms', '4000', 'How long an answer of orders is waited for'],
  paymentsTimeout: ['gateway', 'payments timeout ms', '6000', 'How long an answer of payments is waited for'],
  writeTimeout: ['orders', 'write lock timeout ms', '2000', 'How long a write waits for the lock of the database'],
  providerTimeout: ['payments', 'provider timeout ms', '3000', 'How long an answer of the provider is waited for'],
  poolSize: ['payments', 'provider pool size', '8', 'Connections to the provider at most'],
  poolTimeout: ['payments', 'provider pool timeout ms', '2000', 'How long a free connection is waited for'],
  breaker: ['payments', 'provider circuit breaker', 'off', 'on: does without the provider while it is slow or fails'],
  slowCall: ['payments', 'provider slow call ms', '600', 'From here a call is slow, for the circuit breaker'],
  workerTimeout: ['worker', 'orders timeout ms', '4000', 'How long an answer of orders is waited for'],
} as const;
export type KeyName = keyof typeof KEYS;

const STYLES: Record<Blueprint['keyStyle'], (words: readonly string[]) => string> = {
  dots: ([first = '', ...rest]) => `${first}.${rest.join('_')}`,
  underscores: (words) => words.join('_'),
  upper: (words) => words.join('_').toUpperCase(),
};

const keyOf = (shop: Blueprint, words: string): string => STYLES[shop.keyStyle](words.split(' '));

/** The key of each setting, as this shop's team writes it, by what the code calls it. */
export const keysOf = (shop: Blueprint): Record<KeyName, string> => {
  const of = (name: KeyName): string => keyOf(shop, KEYS[name][1]);
  return {
    ordersTimeout: of('ordersTimeout'),
    paymentsTimeout: of('paymentsTimeout'),
    writeTimeout: of('writeTimeout'),
    providerTimeout: of('providerTimeout'),
    poolSize: of('poolSize'),
    poolTimeout: of('poolTimeout'),
    breaker: of('breaker'),
    slowCall: of('slowCall'),
    workerTimeout: of('workerTimeout'),
  };
};

/** The key of the switch for a feature. */
export const flagKeyOf = (shop: Blueprint, flag: string): string => keyOf(shop, `flags ${flag}`);

/** All settings as they are where nobody has changed one. */
export const configurationOf = (shop: Blueprint): Setting[] => [
  ...Object.values(KEYS).map(([service, words, value, says]) => ({ service, key: keyOf(shop, words), value, says })),
  ...shop.flags.map((flag) => ({
    service: 'gateway',
    key: flagKeyOf(shop, flag),
    value: 'off',
    says: 'Share of the visitors who see it',
  })),
];
