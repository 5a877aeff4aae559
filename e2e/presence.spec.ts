import { expect, test } from './support/fixtures.ts';

test('two people on one incident see each other, until one leaves', async ({ browser, incident }) => {
  const ana = await browser.newPage();
  await incident.open('admin', ana);
  await expect(ana.getByRole('heading', { level: 1 })).toContainText('Checkout is slow');
  const max = await browser.newPage();
  await incident.open('member', max);
  await expect(ana.getByText('max watching')).toBeVisible();
  await expect(max.getByText('ana watching')).toBeVisible();
  await max.close();
  await expect(ana.getByText('max watching')).toBeHidden();
  await ana.close();
});
