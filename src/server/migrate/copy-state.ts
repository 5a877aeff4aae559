import { join } from 'node:path';
import { integer, openDatabase, text } from '../log/sqlite.ts';
import type { StateStore } from '../log/state-store.ts';

/** Read on its own connection, while nobody writes. */
export const copyState = async (dataDir: string, to: StateStore, now: number): Promise<number> => {
  const db = await openDatabase(join(dataDir, 'log.db'), { readOnly: true });
  let copied = 0;
  try {
    const rows = db.prepare(
      'SELECT bucket, key, value, expires_at FROM state WHERE expires_at IS NULL OR expires_at > ? ORDER BY revision',
    );
    for (const row of rows.iterate(now)) {
      const ttlMs = row.expires_at === null ? undefined : integer(row, 'expires_at') - now;
      await to.put(text(row, 'bucket'), text(row, 'key'), JSON.parse(text(row, 'value')), {
        // What nodes have changed since is newer.
        expect: 'absent',
        ...(ttlMs === undefined ? {} : { ttlMs }),
      });
      copied += 1;
    }
  } finally {
    db.close();
  }
  return copied;
};
