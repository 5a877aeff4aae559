import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { dieWithParent } from '../runtime/die-with-parent.ts';
import { type Fields, fieldsOf } from '../runtime/fields.ts';
import { serve } from '../runtime/http-server.ts';
import { answerCalls } from '../runtime/ipc.ts';
import { receiveSettings, tellParent, tellReady } from '../runtime/settings.ts';
import { blueprintOf } from '../shop/blueprint.ts';
import { configurationOf, keysOf } from '../shop/configuration-of.ts';
import { createMetrics } from '../shop/metrics.ts';
import { createActs } from './acts.ts';
import { createAuthority } from './certificates.ts';
import { createChangeFeed } from './change-feed.ts';
import { createConfiguration } from './configuration.ts';
import { createDeskRoutes } from './desk-routes.ts';
import { type Build, type Managed, newManaged } from './managed.ts';
import { createOperationDesk } from './operation-desk.ts';
import { createReset } from './reset.ts';
import { resourceOperations } from './resource-operations.ts';
import { serviceOperations } from './service-operations.ts';
import { createSupervisor } from './supervisor.ts';

const settings = fieldsOf(await receiveSettings(), 'the settings');
const dir = settings.text('dir');
const agentsToken = settings.text('agentsToken');
const shopToken = settings.text('shopToken');
const memoryLimitBytes = settings.number('memoryLimitBytes');
const shop = blueprintOf(settings.text('shop'));
const { provider, certificates: certificateNames } = shop;
const keys = keysOf(shop);
const configuration = createConfiguration(configurationOf(shop));
const authority = createAuthority();
authority.issue({ name: certificateNames.server, service: provider, role: 'server', peer: 'payments' });
authority.issue({ name: certificateNames.client, service: 'payments', role: 'client', peer: provider });
const feed = createChangeFeed();
// A file a shop, named so that no error message tells the seed.
const database = join(dir, `store-${createHash('sha256').update(shop.seed).digest('hex').slice(0, 8)}.db`);
let monitorUrl = '';
let addedMs = 0;

const managed = (name: string, script: string, overlaps: boolean, extra: () => object = () => ({})): Managed =>
  newManaged(
    { name, script: new URL(`../shop/${script}-process.js`, import.meta.url), extra, overlaps },
    shop.versions[name] ?? '1.0.0',
  );

const supervisor = createSupervisor({
  memoryLimitBytes,
  services: [
    managed('queue', 'queue', false, () => ({ queue: shop.queue, messages: join(dir, 'messages.json') })),
    managed('orders', 'orders', true, () => ({ shop: shop.seed, database })),
    managed(provider, 'provider', true, () => ({ addedMs, tls: authority.tlsOf(provider) })),
    managed('payments', 'payments', true, () => ({ provider, tls: authority.tlsOf('payments') })),
    managed('gateway', 'gateway', true),
    managed('worker', 'worker', false, () => ({ shop: shop.seed, database })),
  ],
  settingsOf: ({ name, releases, extra }) => ({
    service: name,
    token: shopToken,
    log: join(dir, 'logs', `${name}.log`),
    monitorUrl,
    memoryLimitBytes,
    version: releases[0].version,
    build: releases[0].build,
    config: configuration.valuesOf(name),
    keys,
    addresses: supervisor.addresses(),
    ...extra(),
  }),
  onAddresses: ({ gateway }) => {
    if (gateway !== undefined) tellParent({ type: 'gateway', url: gateway });
  },
});
dieWithParent();
const acts = createActs({ supervisor, configuration, authority, feed });

const metrics = createMetrics();
metrics.counterOf('process_restarts_total', 'Times the platform started the process again.', () =>
  supervisor.services.map(({ name, restarts }) => [{ service: name }, restarts]),
);

/** Holds for the provider's next process as well. */
const slow = async (ms: number): Promise<void> => {
  addedMs = ms;
  await supervisor.call(provider, 'slow', { addedMs });
};

const buildOf = (fields: Fields): Build => {
  const build: Build = {};
  for (const [name, value] of Object.entries(Object(fields.raw('build')))) {
    if (typeof value === 'boolean' || typeof value === 'number') build[name] = value;
  }
  return build;
};
const optional = (fields: Fields, name: string): number | undefined =>
  fields.has(name) ? fields.number(name) : undefined;

// By the channel only: what people and pipelines do, and what happens to the shop from outside.
answerCalls({
  start: async (params) => {
    monitorUrl = params.text('monitorUrl');
    await supervisor.startAll();
  },
  versions: () => Object.fromEntries(supervisor.services.map(({ name, releases }) => [name, releases[0].version])),
  deploy: (params) => {
    const notes = Object.values(params.texts('notes'));
    const release = { version: params.text('version'), author: params.text('author'), build: buildOf(params), notes };
    return acts.deploy(params.text('service'), release);
  },
  configure: (params) =>
    acts.configure(params.text('service'), params.text('key'), params.text('value'), params.text('author')),
  migrate: async (params) => {
    const down = params.has('down') ? { down: params.text('down') } : {};
    const migration = { file: params.text('file'), up: params.text('up'), ...down };
    return (await acts.migrate('orders', migration, params.text('author'))).change;
  },
  sql: (params) => acts.sql('orders', params.text('sql')),
  job: (params) => acts.job(params.text('job'), params.text('author'), params.number('chunks'), params.truth('inOne')),
  certify: async (params) => {
    const found = authority.find(params.text('certificate'));
    if (found === undefined) throw new Error('there is no such certificate');
    await acts.certify(found, optional(params, 'notAfter'), optional(params, 'notBefore'));
  },
  slow: (params) => slow(params.number('addedMs')),
  setting: (params) => {
    const found = configuration.find(params.text('service'), params.text('key'));
    if (found === undefined) throw new Error('there is no such setting');
    return { value: found.value };
  },
  certificate: (params) => authority.find(params.text('certificate')),
  transactions: () => supervisor.call('worker', 'transactions'),
  messages: (params) => supervisor.call('queue', 'messages', { limit: params.number('limit') }),
  reset: createReset({ shop, supervisor, configuration, authority, acts, feed, slow }),
});

const { url } = await serve({
  tokens: [agentsToken, shopToken],
  only: { '/targets': shopToken, '/metrics': shopToken },
  routes: {
    ...createDeskRoutes({ memoryLimitBytes, acts, supervisor, configuration, authority, feed }),
    ...createOperationDesk([
      ...serviceOperations(acts, supervisor, configuration),
      ...resourceOperations({ acts, supervisor, authority, queue: shop.queue, keys }),
    ]),
    'GET /targets': () => ({ body: { targets: supervisor.targets() } }),
    'GET /metrics': () => ({ text: metrics.text() }),
  },
});
tellReady(url);
