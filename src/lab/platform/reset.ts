import { fieldsOf } from '../runtime/fields.ts';
import { type Blueprint, createIndexOf } from '../shop/blueprint.ts';
import type { Acts } from './acts.ts';
import type { Authority } from './certificates.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Configuration } from './configuration.ts';
import type { Supervisor } from './supervisor.ts';

const SOON_MS = 24 * 3600 * 1000;

export type ResetOptions = {
  shop: Blueprint;
  supervisor: Supervisor;
  configuration: Configuration;
  authority: Authority;
  acts: Acts;
  feed: ChangeFeed;
  /** How much longer than usual the provider takes. */
  slow: (addedMs: number) => Promise<void>;
};

/** Puts all back as it was on the first day, whoever changed it, and forgets that it was changed. */
export const createReset = (options: ResetOptions) => async (): Promise<void> => {
  const { shop, supervisor, configuration, authority, acts, feed, slow } = options;
  await supervisor.call('worker', 'stopTransaction');
  await slow(0);
  for (const { service, key, initial } of configuration.forget()) await acts.configure(service, key, initial, 'reset');
  configuration.forget();
  for (const certificate of authority.list()) {
    if (Date.parse(certificate.notAfter) < Date.now() + SOON_MS) await acts.certify(certificate);
  }
  for (const managed of supervisor.services) {
    const [{ version, build }] = managed.releases;
    const at = new Date().toISOString();
    const isAltered = Object.keys(build).length > 0;
    managed.releases = [{ version, at, author: 'release pipeline', build: {} }];
    if (isAltered) await supervisor.restart(managed.name);
    managed.restarts = 0;
    managed.lastExit = null;
  }
  await supervisor.call('payments', 'resized');
  const indexes = await acts.sql('orders', `PRAGMA index_list(${shop.table})`);
  const names = fieldsOf(indexes)
    .objects('rows')
    .map((row) => row.text('name'));
  if (!names.includes(shop.indexName)) {
    const newest = await acts.sql('orders', 'SELECT max(version) AS version FROM schema_migrations');
    const version = (fieldsOf(newest).objects('rows')[0]?.number('version') ?? 0) + 1;
    const file = `${String(version).padStart(4, '0')}_restore_index.sql`;
    await acts.migrate('orders', { file, up: `${createIndexOf(shop)};` }, 'reset');
  }
  await supervisor.call('queue', 'clear');
  await supervisor.call('payments', 'clear');
  feed.clear();
};
