import { expect, signInWithToken, test } from './support/fixtures.ts';
import { investigate } from './support/investigation.ts';

test('two people on one incident see each other, until one leaves', async ({ browser, servers }) => {
  const server = await servers.shared();
  const { incidentId } = await investigate(servers.agent(server), 'Checkout is slow');
  const ana = await browser.newPage();
  await signInWithToken(ana, server, 'admin', `/incidents/${incidentId}`);
  await expect(ana.getByRole('heading', { level: 1 })).toContainText('Checkout is slow');
  const max = await browser.newPage();
  await signInWithToken(max, server, 'member', `/incidents/${incidentId}`);
  await expect(ana.getByText('max watching')).toBeVisible();
  await expect(max.getByText('ana watching')).toBeVisible();
  await max.close();
  await expect(ana.getByText('max watching')).toBeHidden();
  await ana.close();
});
