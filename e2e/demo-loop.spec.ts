import { expectAccessible, expectOverlayAccessible } from './support/accessible.ts';
import { connection, expect, test } from './support/fixtures.ts';

// With all that moves, as most people have it; the other tests ask for less of it.
test.use({ contextOptions: { reducedMotion: 'no-preference' } });

test('the whole road: a real fault is found, a person approves the fix, and the service recovers', async ({
  page,
  servers,
  quietConsole: _,
}) => {
  test.setTimeout(180_000);
  const server = await servers.demo();
  await page.goto(server.address);
  await expectAccessible(page, 'sign-in');
  await page.getByRole('button', { name: 'Continue as admin' }).click();
  await expect(connection(page)).toHaveText(/^Live/);
  await expectAccessible(page, 'overview');

  // The fault that is running when a demo starts raises its alert by itself.
  const incident = page
    .getByRole('main')
    .getByRole('link', { name: /latency/i })
    .first();
  await expect(incident).toBeVisible({ timeout: 90_000 });
  await incident.click();
  await expect(page).toHaveURL(/\/incidents\/inc_/);
  await expect(page.getByRole('region', { name: 'Agents' }).getByText('Database', { exact: true })).toBeVisible({
    timeout: 60_000,
  });
  await expectAccessible(page, 'live view while agents work');

  const remediation = page.getByRole('region', { name: 'Remediation' });
  await expect(remediation.getByRole('button', { name: 'Approve…' })).toBeVisible({ timeout: 90_000 });
  await expect(page.getByRole('region', { name: 'Root cause' })).toContainText(/index/i);
  await expect(page.getByRole('region', { name: 'Hypotheses' })).toContainText(/refuted|ruled out/i);
  await remediation.getByRole('button', { name: 'Approve…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve remediation' });
  await expect(dialog).toContainText('CREATE INDEX');
  await expectOverlayAccessible(page, 'approval dialog');
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(dialog).toBeHidden();
  await remediation.getByRole('button', { name: 'Execute' }).click();
  await expect(remediation).toContainText(/resolved|recovered/i, { timeout: 60_000 });
  await expectAccessible(page, 'live view at the end');
});
