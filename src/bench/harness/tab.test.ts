import { afterAll, expect, test } from 'vitest';
import { closeBrowser, inTab } from './browser.ts';

afterAll(closeBrowser);

test('a tab answers with values, with what was thrown, and with its crash', async () => {
  await inTab(async (tab) => {
    expect(await tab.evaluate('Promise.resolve([1, innerWidth])')).toEqual([1, 1_440]);
    await expect(tab.evaluate(`Promise.reject(new Error('not today'))`)).rejects.toThrow('not today');
    const never = tab.evaluate('new Promise(() => undefined)');
    const opened = tab.open('chrome://crash');
    await expect(never).rejects.toThrow();
    await expect(opened).rejects.toThrow('The tab crashed.');
  });
  expect(await inTab((tab) => tab.evaluate('1 + 1'))).toBe(2);
}, 60_000);
