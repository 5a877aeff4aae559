import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer, type ViteDevServer } from 'vite';
import { expectAccessible, expectNoSidewaysScroll, expectOverlayAccessible } from './support/accessible.ts';
import { expect, test } from './support/fixtures.ts';

const ROOT = join(import.meta.dirname, '..');

let vite: ViteDevServer;
let address: string;
test.beforeAll(async () => {
  const server = { port: 0, host: '127.0.0.1', ws: false } as const;
  const cacheDir = join(ROOT, 'dist', 'vite-cache');
  vite = await createServer({
    root: ROOT,
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'error',
    server,
    cacheDir,
  });
  await vite.listen();
  address = vite.resolvedUrls?.local[0] ?? '';
});
test.afterAll(() => vite.close());

test('every primitive and pattern in every state is accessible, dark and light', async ({ page }) => {
  test.setTimeout(240_000);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${address}design`, { timeout: 60_000 });
  await expect(page.getByRole('heading', { name: 'Design system' })).toBeVisible({ timeout: 60_000 });
  await expectAccessible(page, 'design system');

  await page.getByRole('button', { name: 'Dialog md' }).click();
  await expect(page.getByLabel('First field')).toBeFocused();
  await expectOverlayAccessible(page, 'dialog');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Dialog md' })).toBeFocused();

  await page.getByRole('button', { name: 'Menu', exact: true }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await expectOverlayAccessible(page, 'menu');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Popover', exact: true }).click();
  await expect(page.getByText('A little more')).toBeVisible();
  await expectOverlayAccessible(page, 'popover');
  await page.keyboard.press('Escape');

  await page.getByRole('combobox', { name: 'Select', exact: true }).click();
  await expect(page.getByRole('option', { name: 'Two' })).toBeVisible();
  await expectOverlayAccessible(page, 'select');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Toast bad' }).click();
  await expect(page.getByRole('region', { name: 'Notifications' }).getByRole('alert')).toHaveText(/A bad toast/);
  await expectOverlayAccessible(page, 'toast', '[aria-label="Notifications"]');
});

test('it holds together right to left, narrow, and where the system chooses the colours', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce', forcedColors: 'active' });
  await page.setViewportSize({ width: 320, height: 700 });
  await page.goto(`${address}design`, { timeout: 60_000 });
  await page.getByRole('button', { name: 'Right to left' }).click();
  await expectNoSidewaysScroll(page);
  const { outlineStyle } = await page
    .getByRole('button', { name: 'Right to left' })
    .evaluate((button) => getComputedStyle(button));
  expect(outlineStyle).toBe('solid');
});

test('it is not part of the product', async () => {
  const assets = join(ROOT, 'dist', 'client', 'assets');
  const scripts = (await readdir(assets)).filter((name) => name.endsWith('.js'));
  const texts = await Promise.all(scripts.map((name) => readFile(join(assets, name), 'utf8')));
  expect(texts.some((text) => text.includes('Find incidents, pages and actions'))).toBe(true);
  expect(texts.some((text) => text.includes('This specimen always fails'))).toBe(false);
});
