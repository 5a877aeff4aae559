import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expectNoSidewaysScroll, expectNoViolations } from './support/accessible.ts';
import { enter, type FixedServer, openFixed, startFixedServer } from './support/fixed-pages.ts';
import { fixedIncidents, fixedTenant } from './support/fixed-tenant.ts';
import { connection, expect, test } from './support/fixtures.ts';

const PATHS = ['/', '/incidents', '/audit', '/settings', '/nowhere'] as const;

let fixed: FixedServer;
test.beforeAll(async () => {
  fixed = await startFixedServer(fixedTenant(fixedIncidents(), ['aud_000060']));
});
test.afterAll(() => fixed.stop());
test.use({ trace: 'off' });

const open = async (page: Page, path: string, theme: 'dark' | 'light' = 'dark', width = 1440): Promise<void> => {
  await openFixed(page, fixed, path, { theme, width });
  await expect(connection(page)).toHaveText(/^Live/);
};

const dialogs: readonly [path: string, show: (page: Page) => Promise<void>][] = [
  ['/incidents', (page) => page.getByRole('button', { name: 'New incident' }).click()],
  ['/incidents', (page) => page.getByRole('button', { name: 'Import' }).click()],
  ['/incidents?q=cart', (page) => page.getByRole('button', { name: 'Save view' }).click()],
];

for (const theme of ['dark', 'light'] as const)
  test(`nothing that axe knows is wrong with any page or dialog of a list, ${theme}`, async ({ page }) => {
    test.setTimeout(240_000);
    await openFixed(page, fixed, '/', { theme, width: 1440 });
    await expect(page.getByLabel('Access token')).toBeVisible();
    await expectNoViolations(page, 'sign-in');
    await enter(page, fixed);
    for (const path of PATHS) {
      await open(page, path, theme);
      await expectNoViolations(page, path);
    }
    await open(page, '/audit', theme);
    await page
      .getByRole('button', { name: /^Show details/ })
      .first()
      .click();
    await expectNoViolations(page, 'details of an audit entry');
    for (const [path, show] of dialogs) {
      await open(page, path, theme);
      await show(page);
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectNoViolations(page, `${path}: ${show}`);
    }
  });

test('320 px, 200 % zoom and a finger: nothing scrolls sideways, and every target can be hit', async ({ browser }) => {
  test.setTimeout(120_000);
  const context = await browser.newContext({ hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await openFixed(page, fixed, '/', { theme: 'light', width: 320, height: 640 });
  await expectNoSidewaysScroll(page);
  await enter(page, fixed);
  for (const path of PATHS) {
    await open(page, path, 'light', 320);
    await expectNoSidewaysScroll(page);
    await expectNoViolations(page, `${path} at 320 px`);
    // 1440 × 900 at 200 %.
    await page.setViewportSize({ width: 720, height: 450 });
    await expectNoSidewaysScroll(page);
  }
  await context.close();
});

test('the audit is filtered in the address, and exported whole in both formats', async ({ page }) => {
  await enter(page, fixed);
  await open(page, '/audit');
  await page.getByRole('button', { name: /^Action/ }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Remediation approved' }).click();
  await page.getByLabel('From').fill('2026-03-02');
  await expect(page).toHaveURL(/action=remediation.approved.*from=2026-03-02/);
  await expect(page.getByRole('search').getByRole('status')).toHaveText('8 of 8 entries');
  const exported = async (name: RegExp) => {
    await page.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name }).click();
    return await readFile(await (await download).path(), 'utf8');
  };
  expect((await exported(/JSON/)).trim().split('\n')).toHaveLength(8);
  const table = await exported(/CSV/);
  expect(table.split('\r\n')[0]).toMatch(/^timestamp,action/);
  expect(table.trim().split('\r\n')).toHaveLength(9);
  await page.reload();
  await expect(page.getByRole('search').getByRole('status')).toHaveText('8 of 8 entries');
});

test('density and theme are really used, and another tab follows', async ({ page, context }) => {
  await enter(page, fixed);
  await open(page, '/incidents');
  const row = page.getByRole('listitem').filter({ hasText: 'Emails leave late' });
  const tall = (await row.boundingBox())?.height ?? 0;
  const settings = await context.newPage();
  await open(settings, '/settings');
  await settings.getByRole('button', { name: 'Compact' }).click();
  await settings.getByRole('button', { name: 'Light' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await expect.poll(async () => (await row.boundingBox())?.height ?? 0).toBeLessThan(tall);
});
