import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import {
  expectAccessible,
  expectNoSidewaysScroll,
  expectOverlayAccessible,
  expectUsableNarrow,
} from './support/accessible.ts';
import { enter, type FixedServer, openFixed, startFixedServer } from './support/fixed-pages.ts';
import { fixedIncidents, fixedTenant } from './support/fixed-tenant.ts';
import { connection, expect, test } from './support/fixtures.ts';

const PATHS = ['/', '/incidents', '/audit', '/settings', '/approvals', '/nowhere'] as const;

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

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

type Overlay = readonly [what: string, role: 'dialog' | 'menu', show: (page: Page) => Promise<void>];

const overlays: Record<string, readonly Overlay[]> = {
  '/': [
    ['shortcuts', 'dialog', (page) => page.keyboard.press('?')],
    ['connection', 'dialog', (page) => connection(page).getByRole('button').click()],
    ['account', 'menu', (page) => press(page, /^Account/)],
  ],
  '/incidents?q=cart': [
    ['new incident', 'dialog', (page) => press(page, 'New incident')],
    ['import', 'dialog', (page) => press(page, 'Import')],
    ['save view', 'dialog', (page) => press(page, 'Save view')],
    ['severity', 'menu', (page) => press(page, /^Severity/)],
    ['view options', 'menu', (page) => press(page, 'View options')],
    ['palette', 'dialog', (page) => page.keyboard.press('Control+k')],
  ],
  '/audit': [['export', 'menu', (page) => press(page, 'Export')]],
};

test('nothing that axe knows is wrong with any page, dialog or menu, dark and light', async ({ page }) => {
  test.setTimeout(240_000);
  await openFixed(page, fixed, '/', { theme: 'dark', width: 1440 });
  await expect(page.getByLabel('Access token')).toBeVisible();
  await expectAccessible(page, 'sign-in');
  await enter(page, fixed);
  for (const path of ['/', '/incidents?q=cart', '/audit', '/settings', '/approvals', '/nowhere']) {
    await open(page, path);
    const details = page.getByRole('button', { name: /^Show details/ });
    if (path === '/audit') await details.first().click();
    await expectAccessible(page, path);
    for (const [what, role, show] of overlays[path] ?? []) {
      await show(page);
      await expect(page.getByRole(role)).toBeVisible();
      await expectOverlayAccessible(page, what);
      await page.keyboard.press('Escape');
      await expect(page.getByRole(role)).toBeHidden();
    }
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
    await expectUsableNarrow(page, `${path} at 320 px`);
    // 1440 × 900 at 200 %.
    await page.setViewportSize({ width: 720, height: 450 });
    await expectNoSidewaysScroll(page);
  }
  await context.close();
});

test('a journey by keyboard alone: to an incident, to the audit, to the settings and out', async ({ page }) => {
  await enter(page, fixed);
  await open(page, '/');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();

  const palette = page.getByRole('dialog', { name: 'Find incidents, pages and actions' });
  const before = page.getByRole('link', { name: 'Audit', exact: true });
  await before.focus();
  await page.keyboard.press('Control+k');
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('search slow');
  await expect(page.getByRole('option').first()).toContainText('Search answers slowly');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(before).toBeFocused();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('incidents');
  await page.getByRole('option', { name: 'Incidents', exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/incidents$/);
  await expect(palette).toBeHidden();
  await expect(page.getByRole('button', { name: 'New incident' })).toBeVisible();
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog', { name: 'New incident' });
  await expect(dialog.getByLabel('Title')).toBeFocused();
  await page.keyboard.type('jkn?/');
  await expect(dialog.getByLabel('Title')).toHaveValue('jkn?/');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help).toBeVisible();
  await page.keyboard.press('n');
  await expect(dialog).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();

  await page.keyboard.press('Control+k');
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('audit');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/audit$/);
  await expect(palette).toBeHidden();
  await expect(page.getByRole('button', { name: 'Export' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('verify all');
  await page.keyboard.press('Enter');
  await expect(page.getByText('1 of 64 entries do not match their hash.')).toBeVisible();
  await expect(page.getByText('Altered', { exact: true })).toBeVisible();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('settings');
  await page.keyboard.press('Enter');
  await page.getByRole('switch', { name: 'Single-key shortcuts' }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('?');
  await expect(help).toBeHidden();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('keyboard short');
  await page.keyboard.press('Enter');
  await expect(help).toContainText('Single keys are switched off');
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
