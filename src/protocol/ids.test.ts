import { expect, test } from 'vitest';
import { newId } from './ids.ts';

test('ids are ULIDs with their prefix, no two alike, and sort as they were made', () => {
  const ids = Array.from({ length: 10_000 }, () => newId('evt'));
  for (const id of ids) expect(id).toMatch(/^evt_[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
});
