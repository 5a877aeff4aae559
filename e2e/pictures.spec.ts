import { FIXED_INCIDENT, tellFixedIncident } from './support/fixed-incident.ts';
import { enter, type FixedServer, openFixed, startFixedServer } from './support/fixed-pages.ts';
import { NOW } from './support/fixed-tenant.ts';
import { connection, expect, test } from './support/fixtures.ts';
import { expectPicture } from './support/pictures.ts';

const WIDTHS = [390, 768, 1440] as const;
const PAGES = [
  ['overview', '/', 'Image thumbnails are blank'],
  ['incidents', '/incidents', 'That is all of them.'],
  ['approvals', '/approvals', 'Roll back payments to 4.18.2'],
  ['audit', '/audit', 'Verify all 64'],
  ['settings', '/settings', 'Single-key shortcuts'],
] as const;

let fixed: FixedServer;
test.beforeAll(async () => {
  fixed = await startFixedServer();
});
test.afterAll(() => fixed.stop());
test.use({ trace: 'off' });

for (const theme of ['dark', 'light'] as const)
  for (const width of WIDTHS)
    test(`the main pages look as they did: ${theme}, ${width} px`, async ({ page }, info) => {
      test.setTimeout(120_000);
      await openFixed(page, fixed, '/', { theme, width });
      await expect(page.getByLabel('Access token')).toBeVisible();
      await expectPicture(page, `sign-in-${theme}-${width}`, info);
      await enter(page, fixed);
      for (const [name, path, last] of PAGES) {
        await openFixed(page, fixed, path, { theme, width });
        await expect(connection(page)).toHaveText(/^Live/);
        await expect(page.getByText(last).first()).toBeAttached();
        await expect(page.getByText('2 waiting for a decision')).toBeAttached();
        await expectPicture(page, `${name}-${theme}-${width}`, info);
      }
    });

test('the live view looks as it did, in both themes and at each width', async ({ page, servers }, info) => {
  test.setTimeout(120_000);
  const server = await servers.plain();
  server.stepClock(NOW - Date.now());
  await tellFixedIncident(servers.agent(server));
  const live = { server };
  await enter(page, live);
  await openFixed(page, live, `/incidents/${FIXED_INCIDENT}`, { theme: 'dark', width: 1440 });
  await expect(connection(page)).toHaveText(/^Live/);
  const newest = page.getByRole('article', { name: /^Remediation: Plan proposed/ });
  for (const width of [1440, 768, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await expect(newest).toBeInViewport();
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await expectPicture(page, `live-${theme}-${width}`, info);
    }
  }
});
