import { z } from 'zod';
import { newId } from '../../protocol/ids.ts';
import type { Routes } from '../runtime/http-server.ts';

/** What was done to the shop, by people and pipelines. */
export const Change = z.object({
  changeId: z.string(),
  at: z.string(),
  kind: z.enum(['deploy', 'migration', 'config']),
  service: z.string(),
  title: z.string(),
  author: z.string(),
  /** A migration's statements; what it says to undo itself, where its author wrote that down. */
  statement: z.string().optional(),
  down: z.string().optional(),
  before: z.string().optional(),
  after: z.string().optional(),
});
export type Change = z.infer<typeof Change>;
export const NewChange = Change.omit({ changeId: true, at: true });
export type NewChange = z.infer<typeof NewChange>;

const KEPT = 500;

/** The change feed: who changed what and when, in order of time. */
export const createChangeFeed = () => {
  const changes: Change[] = [];

  const add = (change: NewChange): Change => {
    // An id of the feed's own; nothing outside reads its prefix.
    const recorded = { changeId: newId('aud').replace('aud_', 'chg_'), at: new Date().toISOString(), ...change };
    changes.push(recorded);
    if (changes.length > KEPT) changes.shift();
    return recorded;
  };

  const time = (text: string | null, otherwise: number): number => {
    const parsed = Date.parse(text ?? '');
    return Number.isNaN(parsed) ? otherwise : parsed;
  };

  const routes: Routes = {
    'GET /changes': ({ query }) => {
      const from = time(query.get('from'), 0);
      const to = time(query.get('to'), Number.POSITIVE_INFINITY);
      const found = changes.filter(({ at }) => Date.parse(at) >= from && Date.parse(at) <= to);
      return { body: { changes: found } };
    },
    'POST /admin/changes': ({ body }) => ({ status: 201, body: add(NewChange.parse(body)) }),
  };
  return { add, routes };
};
