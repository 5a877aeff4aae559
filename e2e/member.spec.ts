import { expect, signInWithToken, test } from './support/fixtures.ts';
import { investigate } from './support/investigation.ts';

test('a member sees the whole plan, and disabled buttons that say why', async ({ page, servers, quietConsole: _ }) => {
  const server = await servers.shared();
  const investigation = await investigate(servers.agent(server), 'Checkout is slow');
  await investigation.conclude();
  await investigation.propose('rem_member');
  await signInWithToken(page, server, 'member', `/incidents/${investigation.incidentId}`);

  const remediation = page.getByRole('region', { name: 'Remediation' });
  await expect(remediation).toContainText('Recreate the index on orders');
  await expect(remediation).toContainText('CREATE INDEX idx_orders_tenant');
  const approve = remediation.getByRole('button', { name: 'Approve…' });
  await expect(approve).toBeDisabled();
  await expect(remediation.getByRole('button', { name: 'Reject…' })).toBeDisabled();
  await expect(remediation).toContainText(/only admins/i);
  await approve.click({ force: true });
  await expect(page.getByRole('dialog')).toBeHidden();
});
