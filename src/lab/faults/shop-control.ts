import { fieldsOf } from '../runtime/fields.ts';
import { between, pick } from '../runtime/random.ts';
import type { Blueprint } from '../shop/blueprint.ts';
import { type KeyName, keysOf } from '../shop/configuration-of.ts';
import type { Traffic } from '../shop/traffic.ts';

export type Call = (method: string, params?: unknown) => Promise<unknown>;

export type ShopControlOptions = {
  shop: Blueprint;
  /** The platform, by its channel. */
  platform: Call;
  traffic: Traffic;
  random: () => number;
  pause: (ms: number) => Promise<void>;
};

/** What people, pipelines and the world do to the shop. */
export const createShopControl = ({ shop, platform, traffic, random, pause }: ShopControlOptions) => {
  const keys = keysOf(shop);
  const someone = (): string => pick(random, shop.people);
  const sql = async (statement: string): Promise<Record<string, unknown>[]> => {
    const rows = fieldsOf(await platform('sql', { sql: statement })).raw('rows');
    return Array.isArray(rows) ? rows : [];
  };
  const changeId = (change: unknown): string => fieldsOf(change, 'the change').text('changeId');
  const version = async (service: string): Promise<string> => fieldsOf(await platform('versions')).text(service);

  return {
    shop,
    traffic,
    random,
    pause,
    someone,
    key: (name: KeyName): string => keys[name],
    sql,
    version,
    /** Runs the next version of a service; resolves to the version and the change's id. */
    deploy: async (
      service: string,
      notes: readonly string[],
      build: Record<string, boolean | number> = {},
    ): Promise<{ version: string; changeId: string }> => {
      const [major = '1', minor = '0'] = (await version(service)).split('.');
      const next = `${major}.${Number(minor) + 1}.${between(random, 0, 4)}`;
      const author = random() < 0.7 ? 'release pipeline' : someone();
      const change = await platform('deploy', { service, version: next, author, notes, build });
      return { version: next, changeId: changeId(change) };
    },
    configure: async (service: string, key: string, value: string): Promise<string> =>
      changeId(await platform('configure', { service, key, value, author: someone() })),
    setting: async (service: string, key: string): Promise<string> =>
      fieldsOf(await platform('setting', { service, key })).text('value'),
    /** Runs a migration with the next number; resolves to its file and the change's id. */
    migrate: async (
      slug: string,
      up: string,
      down: string | undefined,
    ): Promise<{ file: string; changeId: string }> => {
      const [newest] = await sql('SELECT max(version) AS version FROM schema_migrations');
      const file = `${String(Number(newest?.version) + 1).padStart(4, '0')}_${slug}.sql`;
      const change = await platform('migrate', {
        file,
        up,
        author: someone(),
        ...(down === undefined ? {} : { down }),
      });
      return { file, changeId: changeId(change) };
    },
    startJob: async (job: string, chunks: number, inOne: boolean): Promise<string> =>
      changeId(await platform('job', { job, author: someone(), chunks, inOne })),
    transactions: async (): Promise<{ transactionId: string; job: string }[]> =>
      fieldsOf({ list: await platform('transactions') })
        .objects('list')
        .map((one) => ({ transactionId: one.text('transactionId'), job: one.text('job') })),
    certify: (certificate: string, notBefore: number, notAfter: number): Promise<unknown> =>
      platform('certify', { certificate, notBefore, notAfter }),
    validUntil: async (certificate: string): Promise<number> =>
      Date.parse(fieldsOf(await platform('certificate', { certificate })).text('notAfter')),
    slowProvider: (addedMs: number): Promise<unknown> => platform('slow', { addedMs }),
    messages: async (): Promise<{ messageId: string; status: string; body: string }[]> =>
      fieldsOf({ list: await platform('messages', { limit: 100 }) })
        .objects('list')
        .map((one) => ({
          messageId: one.text('messageId'),
          status: one.text('status'),
          body: JSON.stringify(one.raw('body')),
        })),
  };
};

export type ShopControl = ReturnType<typeof createShopControl>;
