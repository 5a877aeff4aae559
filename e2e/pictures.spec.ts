import { enter, type FixedServer, openFixed, startFixedServer } from './support/fixed-pages.ts';
import { connection, expect, test } from './support/fixtures.ts';
import { expectPicture } from './support/pictures.ts';

const WIDTHS = [390, 768, 1440] as const;
const PAGES = [
  ['overview', '/', 'Image thumbnails are blank'],
  ['incidents', '/incidents', 'That is all of them.'],
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
