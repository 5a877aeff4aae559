import { z } from 'zod';
import { callJson, callText } from './runtime/http-client.ts';
import { between, pick } from './runtime/random.ts';
import { type Blueprint, createIndexOf, statementsOf } from './shop/blueprint.ts';
import type { NewChange } from './shop/changes.ts';

export type FaultOptions = {
  shop: Blueprint;
  ordersUrl: string;
  gatewayUrl: string;
  token: string;
  random: () => number;
  addChange: (change: NewChange) => void;
  pause: (ms: number) => Promise<void>;
};

const Rows = z.object({ rows: z.array(z.record(z.string(), z.unknown())) });
const Activated = z.object({ before: z.string(), after: z.string() });

const USED_INDEX = /USING (?:COVERING )?INDEX (\w+)/;

/** Between the changes, so that what was measured in between can tell the innocent ones from the guilty one. */
const AFTER_DEPLOY_MS = 3_000;
const AFTER_FLAG_MS = 5_000;

/**
 * The fault, done as a person would do it who means well: a migration that drops an index which is thought unused,
 * through the shop's own mechanism, after a release and a setting that have nothing to do with it.
 */
export const createFault = (options: FaultOptions) => {
  const { shop, ordersUrl, gatewayUrl, token, random, addChange, pause } = options;
  let { release } = shop;

  const sql = async (statement: string): Promise<Record<string, unknown>[]> =>
    (await callJson('POST', `${ordersUrl}/admin/sql`, Rows, { token, body: { sql: statement } })).rows;

  /** The index that the hot query uses now, whoever made it. */
  const hotIndex = async (): Promise<string | undefined> => {
    const plan = await sql(`EXPLAIN QUERY PLAN ${statementsOf(shop).recent}`);
    return plan.map(({ detail }) => USED_INDEX.exec(String(detail))?.[1]).find((name) => name !== undefined);
  };

  const migrate = async (slug: string, up: string, down: string | undefined, author: string): Promise<void> => {
    const [newest] = await sql('SELECT max(version) AS version FROM schema_migrations');
    const file = `${String(Number(newest?.version) + 1).padStart(4, '0')}_${slug}.sql`;
    const body = { file, up, author, ...(down === undefined ? {} : { down }) };
    await callText('POST', `${ordersUrl}/admin/migrations`, { token, body });
  };

  const deploy = async (): Promise<void> => {
    const [major = '1', minor = '0'] = release.split('.');
    release = `${major}.${Number(minor) + 1}.${between(random, 0, 4)}`;
    const answer = await callJson('POST', `${gatewayUrl}/admin/deploy`, Activated, {
      token,
      body: { version: release },
    });
    addChange({ kind: 'deploy', service: 'gateway', title: 'gateway', author: 'release pipeline', ...answer });
  };

  const toggleFlag = async (): Promise<void> => {
    const body = { name: shop.flag, value: pick(random, ['10 %', '25 %', '50 %']) };
    const answer = await callJson('POST', `${gatewayUrl}/admin/flags`, Activated, { token, body });
    addChange({
      kind: 'config',
      service: 'gateway',
      title: shop.flag,
      author: pick(random, ['mara', 'jon', 'ife']),
      ...answer,
    });
  };

  return {
    isActive: async (): Promise<boolean> => (await hotIndex()) === undefined,
    inject: async (): Promise<void> => {
      await deploy();
      await pause(AFTER_DEPLOY_MS);
      await toggleFlag();
      await pause(AFTER_FLAG_MS);
      const index = await hotIndex();
      if (index === undefined) throw new Error('the index is missing already');
      const [definition] = await sql(`SELECT sql FROM sqlite_master WHERE name = '${index}'`);
      await migrate(
        pick(random, ['drop_unused_indexes', 'slim_down_indexes', 'reclaim_index_space', 'index_housekeeping']),
        `-- in no report's plan; frees disk space and speeds up writes\nDROP INDEX ${index};`,
        shop.writesDown ? `${String(definition?.sql)};` : undefined,
        pick(random, ['mara', 'jon', 'ife']),
      );
    },
    /** Puts the index back where it is missing. */
    repair: async (): Promise<void> => {
      if ((await hotIndex()) !== undefined) return;
      await migrate('restore_index', `${createIndexOf(shop)};`, undefined, 'lab');
    },
  };
};

export type Fault = ReturnType<typeof createFault>;
