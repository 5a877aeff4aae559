import { expect, it } from 'vitest';
import { latestOnly } from './latest-only.ts';

/** Work that is over when the test says so. */
const heldWork = () => {
  const begun: string[] = [];
  const given: boolean[] = [];
  let finish = (): void => undefined;
  const want = latestOnly<string>(async (wanted, isLast) => {
    begun.push(wanted);
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    given.push(isLast());
  });
  return {
    begun,
    given,
    want,
    finish: async (): Promise<void> => {
      finish();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
};

it('does one thing at a time, and of those that are wanted meanwhile only the last', async () => {
  const { begun, given, want, finish } = heldWork();
  for (const wanted of ['a', 'b', 'c', 'd']) want(wanted);
  expect(begun).toEqual(['a']);
  await finish();
  expect(begun).toEqual(['a', 'd']);
  await finish();
  expect(begun).toEqual(['a', 'd']);
  expect(given).toEqual([false, true]);
});

it('begins at once again when nothing is under way', async () => {
  const { begun, want, finish } = heldWork();
  want('a');
  await finish();
  want('a');
  expect(begun).toEqual(['a', 'a']);
});
