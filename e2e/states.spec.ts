import type { Page } from '@playwright/test';
import { expectNoSidewaysScroll } from './support/accessible.ts';
import { enter, type FixedServer, openFixed, startFixedServer } from './support/fixed-pages.ts';
import { fixedTenant } from './support/fixed-tenant.ts';
import { connection, expect, test } from './support/fixtures.ts';

const HOSTILE = `<img src=x onerror="document.title='owned'"> \u202Egpj.exe ${'unbroken'.repeat(35)}`;
const incident = (incidentId: string, title: string) => ({
  incidentId,
  title,
  severity: 'high',
  status: 'open',
  source: 'automated',
  createdAt: '2026-03-03T14:00:00.000Z',
});

test.use({ trace: 'off' });

const open = (page: Page, fixed: FixedServer, path: string, width = 1440): Promise<void> =>
  openFixed(page, fixed, path, { theme: 'dark', width });
const fail = (page: Page, path: RegExp, status: number, error = 'internal_error') =>
  page.route(path, (route) => route.fulfill({ status, json: { error, message: 'It did not work.' } }));

test.describe('with an ordinary tenant', () => {
  let fixed: FixedServer;
  test.beforeAll(async () => {
    fixed = await startFixedServer();
  });
  test.afterAll(() => fixed.stop());

  test('while things load, each section holds its place and says so', async ({ page }) => {
    await enter(page, fixed);
    const waiting: (() => void)[] = [];
    await page.route(/\/v1\/(?!relay)/, async (route) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      await route.continue();
    });
    await open(page, fixed, '/');
    for (const what of ['Loading active incidents', 'Loading approvals', 'Loading resolved incidents'])
      await expect(page.getByText(what)).toBeAttached();
    await expect(page.getByText('Nothing is on fire')).toBeHidden();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    for (const resolve of waiting) resolve();
    await expect(page.getByText('Checkout p99 latency above 2 s').first()).toBeVisible();
  });

  test('what fails says so where it stands, the rest goes on, and trying again helps', async ({ page }) => {
    await enter(page, fixed);
    await fail(page, /\/v1\/analytics/, 400);
    await fail(page, /\/v1\/incidents\?/, 400);
    await open(page, fixed, '/');
    await expect(page.getByText('The figures could not be loaded')).toBeVisible();
    await expect(page.getByText('The incidents could not be loaded').first()).toBeVisible();
    await expect(page.getByText('Recreate the index on orders')).toBeVisible();
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await expect(page.getByText('Checkout p99 latency above 2 s').first()).toBeVisible();
  });

  test('code that cannot be had for a while takes nothing of the page with it, and comes by itself', async ({
    page,
  }) => {
    await enter(page, fixed);
    const code = /\/assets\/(toast-stack|shortcuts-dialog|open-palette)-/;
    let refused = 0;
    await page.route(code, (route) => {
      refused += 1;
      return route.abort();
    });
    await open(page, fixed, '/');
    await expect.poll(() => refused).toBeGreaterThan(2);
    await page.keyboard.press('?');
    await expect(page.getByText('Checkout p99 latency above 2 s').first()).toBeVisible();
    await page.unroute(code);
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  });

  test('a member reads why the audit is not for them, and nothing of it is asked for', async ({ page }) => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await enter(page, fixed, 'member');
    await open(page, fixed, '/audit');
    await expect(page.getByText('The audit is for admins')).toBeVisible();
    expect(asked.some((url) => url.includes('/v1/audit'))).toBe(false);
  });

  test('offline is told apart from signed out, and an expired session leads back to the sign-in', async ({
    page,
    context,
  }) => {
    await enter(page, fixed);
    await open(page, fixed, '/incidents');
    await expect(connection(page)).toHaveText(/^Live/);
    await context.setOffline(true);
    fixed.upstream.dropAll();
    await expect(connection(page)).toHaveText(/^(Offline|Reconnecting)/);
    await expect(page.getByRole('list', { name: 'Incidents' }).getByRole('link')).toHaveCount(12);
    await page.keyboard.press('n');
    await expect(page.getByRole('dialog')).toBeHidden();
    await context.setOffline(false);
    await expect(connection(page)).toHaveText(/^Live/);
    await context.clearCookies();
    fixed.upstream.dropAll();
    await expect(page.getByLabel('Access token')).toBeVisible();
    await expect(connection(page)).toHaveText(/^Signed out/);
  });

  test('an address that leads nowhere says so and leads on', async ({ page }) => {
    await enter(page, fixed);
    await open(page, fixed, '/design');
    await expect(page.getByText('There is no page at this address')).toBeVisible();
    await page.getByRole('link', { name: 'Go to the overview' }).click();
    await expect(page.getByRole('region', { name: 'Active incidents' })).toBeVisible();
  });
});

test('nothing yet: each page says what will appear and what makes it appear', async ({ page }) => {
  const fixed = await startFixedServer({
    ...fixedTenant([]),
    'GET /v1/notifications/approvals/pending': () => ({ items: [], total: 0 }),
    'GET /v1/audit': () => ({ items: [], total: 0, nextCursor: null }),
    'GET /v1/analytics/incidents': () => ({
      totalIncidents: 0,
      resolvedIncidents: 0,
      mttr: 0,
      resolutionRate: 0,
      bySeverity: {},
    }),
  });
  await enter(page, fixed);
  await open(page, fixed, '/');
  await expect(page.getByText('Nothing is on fire')).toBeVisible();
  await expect(page.getByText('none yet')).toHaveCount(2);
  await open(page, fixed, '/incidents');
  await expect(page.getByText('No incidents yet')).toBeVisible();
  await open(page, fixed, '/incidents?q=nothing');
  await expect(page.getByText('No incident matches')).toBeVisible();
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(page.getByText('No incidents yet')).toBeVisible();
  await open(page, fixed, '/audit');
  await expect(page.getByText('Nothing recorded yet')).toBeVisible();
  await fixed.stop();
});

test('hostile and right-to-left titles are only text, and break no layout', async ({ page }) => {
  const arabic = 'تأخر الدفع في المتجر';
  const fixed = await startFixedServer(fixedTenant([incident('inc_2', HOSTILE), incident('inc_1', arabic)]));
  await enter(page, fixed);
  for (const path of ['/', '/incidents'])
    for (const width of [1440, 320]) {
      await open(page, fixed, path, width);
      await expect(page.getByRole('link', { name: arabic })).toHaveAttribute('dir', 'auto');
      await expect(page.getByRole('link', { name: /^<img src=x/ })).toContainText('[U+202E]gpj.exe');
      await expectNoSidewaysScroll(page);
    }
  await expect(page).toHaveTitle(/Incidents/);
  await fixed.stop();
});
