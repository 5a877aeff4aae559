import type { Page } from '@playwright/test';
import { enter, type FixedServer, openFixed, remember, startFixedServer } from './support/fixed-pages.ts';
import { fixedIncidents, fixedTenant } from './support/fixed-tenant.ts';
import { connection, expect, test } from './support/fixtures.ts';

const DESKTOP = { theme: 'dark', width: 1440 } as const;

let ordinary: FixedServer;
/** The ordinary one, or a test's own. */
let fixed: FixedServer;
test.beforeAll(async () => {
  ordinary = await startFixedServer();
});
test.beforeEach(() => {
  fixed = ordinary;
});
test.afterEach(async () => {
  if (fixed !== ordinary) await fixed.stop();
});
test.afterAll(() => ordinary.stop());

const rows = (page: Page) => page.getByRole('list', { name: 'Incidents' }).getByRole('link');
const shown = (page: Page) => page.getByRole('search').getByRole('status');
const open = async (page: Page, path = '/incidents'): Promise<void> => {
  await enter(page, fixed);
  await openFixed(page, fixed, path, DESKTOP);
  await expect(connection(page)).toHaveText(/^Live/);
  await expect.poll(fixed.upstream.listeners).toBe(1);
};

// A trace of ten thousand rows takes longer than the test.
test.use({ trace: 'off' });

test.describe('with ten thousand incidents', () => {
  test.setTimeout(180_000);

  test('active ones are there at once, the rest page by page and each page once, then all to be found', async ({
    page,
  }) => {
    const asked: string[] = [];
    const answers = fixedTenant(fixedIncidents(10_000));
    const list = answers['GET /v1/incidents'];
    fixed = await startFixedServer({
      ...answers,
      'GET /v1/incidents': (url, body) => {
        asked.push(url.search);
        return list?.(url, body);
      },
    });
    await open(page);
    await expect(rows(page).first()).toHaveText('Checkout p99 latency above 2 s');
    await expect(shown(page)).toHaveText('10,000 incidents', { timeout: 120_000 });
    const walked = asked.filter((search) => search.includes('cursor='));
    expect(walked).toHaveLength(99);
    expect(new Set(walked).size).toBe(walked.length);

    // The last one is there with one key, a few rows of ten thousand are in the page, and all say their place.
    await rows(page).first().focus();
    await page.keyboard.press('End');
    await expect(page.locator('[data-incident="inc_000001"]')).toBeFocused();
    await expect(
      page.getByRole('listitem').filter({ has: page.locator('[data-incident="inc_000001"]') }),
    ).toHaveAttribute('aria-posinset', '10000');
    expect(await rows(page).count()).toBeLessThan(80);

    await page.getByRole('searchbox', { name: 'Search incidents' }).fill('queue 9999');
    await expect(rows(page)).toHaveText(['Queue 9999 of the importer is behind']);
    await expect(shown(page)).toHaveText('1 of 10,000 incidents');
    await expect(page).toHaveURL(/q=queue/);

    // What is told meanwhile lands in the rows, and nothing is asked for again.
    const requests = asked.length;
    fixed.upstream.tell('incident.status_changed', {
      incidentId: 'inc_000001',
      previousStatus: 'closed',
      newStatus: 'investigating',
    });
    await expect(page.getByRole('listitem').filter({ hasText: 'Queue 9999' })).toContainText('Investigating');
    expect(asked).toHaveLength(requests);
  });
});

test('a new incident appears by itself, and is held back while somebody points at the list', async ({ page }) => {
  await open(page);
  await expect(shown(page)).toHaveText('12 incidents');
  await rows(page).nth(3).hover();
  fixed.upstream.tell('incident.created', {
    incidentId: 'inc_new',
    title: 'Login is down',
    severity: 'critical',
    status: 'open',
    source: 'automated',
    timestamp: '2026-03-03T14:30:40.000Z',
  });
  fixed.upstream.tell('incident.status_changed', {
    incidentId: 'inc_000012',
    previousStatus: 'awaiting_approval',
    newStatus: 'resolved',
  });
  const held = page.getByRole('button', { name: '1 new, held back' });
  await expect(held).toBeVisible();
  await expect(rows(page).first()).toHaveText('Checkout p99 latency above 2 s');
  await expect(page.getByRole('listitem').filter({ hasText: 'Checkout p99' })).toContainText('Resolved');
  await page.getByRole('heading', { name: 'Incidents' }).hover();
  await expect(held).toBeHidden();
  await expect(rows(page).first()).toHaveText('Login is down');
  await expect(shown(page)).toHaveText('13 incidents');
});

test('a filter typed while the pointer rests on the list lists anew, and holds what it lists', async ({ page }) => {
  await open(page);
  await rows(page).nth(1).hover();
  await page.keyboard.press('/');
  await page.keyboard.type('slow');
  await expect(shown(page)).toHaveText(/^\d+ of 12 incidents$/);
  const before = await rows(page).allTextContents();
  fixed.upstream.tell('incident.created', {
    incidentId: 'inc_new',
    title: 'Login is slow',
    severity: 'critical',
    status: 'open',
    source: 'automated',
    timestamp: '2026-03-03T14:30:40.000Z',
  });
  await expect(page.getByRole('button', { name: '1 new, held back' })).toBeVisible();
  expect(await rows(page).allTextContents()).toEqual(before);
});

test('what was said while the connection was gone is in the rows when it is back', async ({ page }) => {
  const incidents = fixedIncidents();
  fixed = await startFixedServer(fixedTenant(incidents));
  await open(page);
  await expect(rows(page).first()).toBeVisible();
  const first = incidents[1];
  if (first !== undefined) first.status = 'closed';
  fixed.upstream.dropAll();
  await expect(page.getByRole('listitem').filter({ hasText: 'Search answers slowly' })).toContainText('Closed');
});

test('filters and words are in the address, and a saved view is a tab that comes back', async ({ page }) => {
  await open(page, '/incidents?severity=critical,high');
  await expect(shown(page)).toHaveText('6 of 12 incidents');
  await page.getByRole('button', { name: /^Status/ }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Resolved' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Closed' }).click();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/status=resolved%2Cclosed/);
  await expect(shown(page)).toHaveText('3 of 12 incidents');
  await page.getByRole('button', { name: 'Save view' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save view' });
  await dialog.getByLabel('Name').fill('Grave and over');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const views = page.getByRole('navigation', { name: 'Views' });
  await expect(views.getByRole('link', { name: 'Grave and over' })).toHaveAttribute('aria-current', 'page');
  await views.getByRole('link', { name: 'All' }).click();
  await expect(shown(page)).toHaveText('12 incidents');
  await page.reload();
  await views.getByRole('link', { name: 'Grave and over' }).click();
  await expect(shown(page)).toHaveText('3 of 12 incidents');
});

test('the caret stays where one types, and the words follow into the address', async ({ page }) => {
  await open(page);
  const field = page.getByRole('searchbox', { name: 'Search incidents' });
  await field.pressSequentially('ansers');
  await expect(page).toHaveURL(/q=ansers/);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.type('w');
  await expect(page).toHaveURL(/q=answers/);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.type('x');
  await expect(field).toHaveValue('ansxwers');
});

test('keys: slash searches, j and k move, Enter opens, and back returns to the row', async ({ page }) => {
  await open(page);
  await expect(rows(page).first()).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await expect(rows(page).nth(1)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(rows(page).nth(2)).toBeFocused();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Search incidents' })).toBeFocused();
  await page.keyboard.type('jk');
  await expect(page.getByRole('searchbox', { name: 'Search incidents' })).toHaveValue('jk');
  await page.getByRole('searchbox', { name: 'Search incidents' }).fill('');
  await page.getByRole('heading', { name: 'Incidents' }).click();
  await expect(rows(page)).toHaveCount(12);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/incidents\/inc_0000/);
  const opened = new URL(page.url()).pathname.split('/').at(-1);
  await page.goBack();
  await expect(page.locator(`[data-incident="${opened}"]`)).toHaveAttribute('tabindex', '0');
});

test('single keys are off where settings say so, and arrows stay', async ({ page }) => {
  await remember(page, { shortcuts: false });
  await open(page);
  await rows(page).first().focus();
  await page.keyboard.press('j');
  await expect(rows(page).first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(rows(page).nth(1)).toBeFocused();
});

test('a part that could not be loaded is said below what is there, and asked for again on request', async ({
  page,
}) => {
  fixed = await startFixedServer(fixedTenant(fixedIncidents(450)));
  await enter(page, fixed);
  let failing = true;
  await page.route(/\/v1\/incidents\?.*cursor=200/, (route) =>
    failing
      ? route.fulfill({ status: 400, json: { error: 'validation_error', message: 'Unknown cursor.' } })
      : route.continue(),
  );
  await openFixed(page, fixed, '/incidents', DESKTOP);
  await expect(page.getByText(/^Loaded \d{3} of 450$/)).toBeVisible();
  await rows(page).first().focus();
  await page.keyboard.press('End');
  await expect(page.getByRole('alert')).toContainText('could not be loaded: Unknown cursor.');
  failing = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(shown(page)).toHaveText('450 incidents');
});
