import type { Page } from '@playwright/test';
import { expect, test } from './support/fixtures.ts';

test('two admins decide at once: one decision holds and the other is told who won', async ({ browser, incident }) => {
  await incident.conclude();
  await incident.propose('rem_race');
  const pages = await Promise.all([browser.newPage(), browser.newPage()]);
  for (const page of pages) {
    await incident.open('admin', page);
    await page.getByRole('region', { name: 'Remediation' }).getByRole('button', { name: 'Approve…' }).click();
  }
  // The slower one may find the dialog closed to decisions before the press lands: that too is being told.
  const isTold = (page: Page) => expect(page.getByText(/ana@a\.example/).first()).toBeVisible();
  await Promise.all(
    pages.map((page) => {
      const dialog = page.getByRole('dialog', { name: 'Approve remediation' });
      return Promise.race([dialog.getByRole('button', { name: 'Approve', exact: true }).click(), isTold(page)]);
    }),
  );
  // The winner's dialog has closed; the loser's says who was faster.
  for (const page of pages) await isTold(page);
  const history = await (
    await pages[0]?.request.get(
      `${incident.server.address}/v1/investigation/${incident.incidentId}/events?type=remediation.approved`,
    )
  )?.json();
  expect(history.items).toHaveLength(1);
  await Promise.all(pages.map((page) => page.close()));
});

test('a plan that changes while its dialog is open cannot be approved unread', async ({
  page,
  incident,
  quietConsole: _,
}) => {
  await incident.conclude();
  await incident.propose('rem_changed');
  await incident.open();
  const remediation = page.getByRole('region', { name: 'Remediation' });
  await remediation.getByRole('button', { name: 'Approve…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve remediation' });
  await expect(dialog).toContainText('(tenant_id, created_at)');
  await incident.propose('rem_changed', { command: 'CREATE INDEX idx_orders_other ON orders (tenant_id)' });
  await expect(dialog).toContainText(/plan (has )?changed/i);
  const events = `${incident.server.address}/v1/investigation/${incident.incidentId}/events?type=remediation.approved`;
  expect((await (await page.request.get(events)).json()).items).toHaveLength(0);
});

test('the time left to decide is the server’s, whatever this machine takes the time for', async ({
  page,
  incident,
  quietConsole: _,
}) => {
  const MINUTE_MS = 60_000;
  await incident.propose('rem_clock', { expiresAt: new Date(Date.now() + 10 * MINUTE_MS).toISOString() });
  await page.clock.setSystemTime(Date.now() + 20 * MINUTE_MS);
  await incident.open();
  const remediation = page.getByRole('region', { name: 'Remediation' });
  await expect(remediation).toContainText(/9:\d\d left/);
  await expect(remediation.getByRole('button', { name: 'Approve…' })).toBeEnabled();
});

test('rejecting takes a reason, which the agents hear', async ({ page, incident, quietConsole: _ }) => {
  await incident.propose('rem_rejected');
  const heard = new Promise<unknown>((resolve) => {
    void incident.agent.subscribe(incident.incidentId, ({ method, params }) => {
      if (method === 'remediation.rejected') resolve(params.reason);
    });
  });
  await incident.open();
  await page.getByRole('region', { name: 'Remediation' }).getByRole('button', { name: 'Reject…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Reject remediation' });
  await dialog.getByLabel('Reason').fill('Not during the sale');
  await dialog.getByRole('button', { name: 'Reject', exact: true }).click();
  expect(await heard).toBe('Not during the sale');
  await expect(page.getByRole('region', { name: 'Remediation' })).toContainText('Not during the sale');
});

test('a reason is given for the plan that it was written about, and for no other that was proposed meanwhile', async ({
  page,
  incident,
  quietConsole: _,
}) => {
  await incident.propose('rem_first');
  await incident.open();
  const remediation = page.getByRole('region', { name: 'Remediation' });
  await remediation.getByRole('button', { name: 'Reject…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Reject remediation' });
  await dialog.getByLabel('Reason').fill('Too slow');
  await incident.propose('rem_second', { title: 'Turn the feature off' });
  await expect(dialog).toContainText(/another plan/);
  const reject = dialog.getByRole('button', { name: 'Reject', exact: true });
  await expect(reject).toBeDisabled();
  await dialog.getByRole('button', { name: 'Reject the new plan instead' }).click();
  await expect(dialog).toContainText('Turn the feature off');
  await reject.click();
  await expect(dialog).toBeHidden();
  const answer = await page.request.get(`${incident.server.address}/v1/remediation/${incident.incidentId}`);
  const { remediations } = await answer.json();
  expect(
    remediations.map(({ remediationId, status }: { remediationId: string; status: string }) => [remediationId, status]),
  ).toEqual([
    ['rem_first', 'proposed'],
    ['rem_second', 'rejected'],
  ]);
});

test('an approved plan runs step by step to its end', async ({ page, incident, quietConsole: _ }) => {
  await incident.conclude();
  await incident.propose('rem_steps');
  await incident.open();
  const remediation = page.getByRole('region', { name: 'Remediation' });
  await remediation.getByRole('button', { name: 'Approve…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
  await remediation.getByRole('button', { name: 'Execute' }).click();
  await expect(remediation).toContainText(/executing|running/i);
  await incident.carryOut('rem_steps');
  await expect(remediation).toContainText('index created in 0.8 s');
  await expect(remediation).toContainText(/resolved/i);
});
