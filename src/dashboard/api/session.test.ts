import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, test, vi } from 'vitest';
import { askForSession } from './session.ts';

afterEach(() => vi.unstubAllGlobals());

const userOf = (userId: string, tenantId: string) => ({
  userId,
  tenantId,
  email: `${userId}@example.test`,
  name: userId,
  roles: ['admin'],
});

/** What is known of incidents once the server has said, one after the other, that these people are signed in. */
const knownAfter = async (users: readonly (object | null)[]): Promise<unknown> => {
  const client = new QueryClient({ defaultOptions: { queries: { gcTime: Number.POSITIVE_INFINITY } } });
  for (const user of users) {
    vi.stubGlobal('fetch', async () => Response.json({ mode: 'token', lab: false, user }));
    askForSession(client);
    await vi.waitFor(() => expect(client.getQueryData(['session'])).toMatchObject({ user }));
    client.setQueryData(['incident', 'inc_1'], client.getQueryData(['incident', 'inc_1']) ?? user);
    await client.invalidateQueries({ queryKey: ['session'] });
  }
  return client.getQueryData(['incident', 'inc_1']);
};

test('nothing of one person stays where another tab has signed somebody else in', async () => {
  const [ana, zoe] = [userOf('ana', 'a'), userOf('zoe', 'b')];
  expect(await knownAfter([ana, ana])).toEqual(ana);
  expect(await knownAfter([ana, zoe])).toEqual(zoe);
  expect(await knownAfter([ana, null])).toBeNull();
  expect(await knownAfter([ana, userOf('ana', 'b')])).toMatchObject({ tenantId: 'b' });
});
