import { between, pick } from '../runtime/random.ts';
import { flagKeyOf } from '../shop/configuration-of.ts';
import { notesFor } from './release-notes.ts';
import type { ShopControl } from './shop-control.ts';

type Decoy = (control: ShopControl) => Promise<void>;

/** Things that happen in any shop on any day, and harm nobody. */
const DECOYS: readonly [Decoy, ...Decoy[]] = [
  async ({ deploy, random }) => {
    await deploy(pick(random, ['gateway', 'orders', 'payments', 'worker']), notesFor(random));
  },
  async ({ configure, shop, random }) => {
    const flag = flagKeyOf(shop, pick(random, shop.flags));
    await configure('gateway', flag, `${between(random, 1, 99)} %`);
  },
  async ({ migrate, random }) => {
    const table = `${pick(random, ['promo', 'gift', 'survey', 'banner'])}_codes_${between(random, 100, 999)}`;
    await migrate(
      `create_${table}`,
      `CREATE TABLE ${table} (code TEXT PRIMARY KEY, percent INTEGER NOT NULL);`,
      `DROP TABLE ${table};`,
    );
  },
  async ({ traffic, random }) => {
    traffic.rise(1.2 + 0.3 * random());
  },
  async ({ traffic, random }) => {
    traffic.oldCarts(0.3 + 0.5 * random());
  },
  async ({ startJob, shop, random }) => {
    await startJob(pick(random, shop.jobs), between(random, 20, 60), false);
  },
  async ({ configure, key, random }) => {
    await configure('gateway', key('paymentsTimeout'), String(between(random, 62, 90) * 100));
  },
];

const BETWEEN_MS = 2_500;

/** Some of them, one after the other; so many at least and at most. */
export const runDecoys = async (control: ShopControl, least: number, most: number): Promise<void> => {
  const { random, pause } = control;
  let rest = [...DECOYS];
  for (let left = between(random, least, most); left > 0; left -= 1) {
    const [first, ...others] = rest;
    if (first === undefined) return;
    const decoy = pick(random, [first, ...others]);
    rest = rest.filter((one) => one !== decoy);
    await decoy(control);
    await pause(BETWEEN_MS * (0.6 + random()));
  }
};
