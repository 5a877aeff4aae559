import { expect, test } from './support/fixtures.ts';

test('a member sees the whole plan, and disabled buttons that say why', async ({ page, incident, quietConsole: _ }) => {
  await incident.conclude();
  await incident.propose('rem_member');
  await incident.open('member');

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
