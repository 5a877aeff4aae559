import { expectAccessible } from './support/accessible.ts';
import { expect, signInWithToken, test } from './support/fixtures.ts';
import { investigate } from './support/investigation.ts';

const PHONE = { width: 390, height: 844 };
const MINUTE = 60_000;
const preconditions = [{ preconditionId: 'pre_1', statement: 'The index is missing', observed: 'not there' }];
const undo = { reversibility: 'reversible' as const, description: 'Drops it again', steps: ['Drop the index'] };

test('an approver on a phone decides from the list, and the record says what was seen', async ({
  page,
  servers,
  quietConsole: _,
}) => {
  const server = await servers.plain();
  const investigation = await investigate(servers.agent(server), 'Checkout is slow');
  await investigation.conclude();
  await investigation.propose('rem_phone', { preconditions, undo });
  await page.setViewportSize(PHONE);
  await signInWithToken(page, server, 'admin', '/approvals');
  await page.getByRole('button', { name: /^Approve Recreate the index/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve remediation' });
  await expect(dialog.getByRole('list', { name: 'Preconditions' })).toContainText('The index is missing');
  await expect(dialog).toContainText('Reversible');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  await expectAccessible(page, 'the dialog on a phone');
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(page.getByText('Nothing waits for a decision')).toBeVisible();
  const file = await (await page.request.get(`${server.address}/v1/remediation/rem_phone/record`)).text();
  const record = JSON.parse(file);
  expect(record.decisions).toMatchObject([
    { action: 'remediation.approved', seen: { plan: { preconditions: [{ statement: 'The index is missing' }] } } },
  ]);
  for (const [text, verdict] of [
    [file, 'Verified'],
    [file.replace('ana@a.example', 'bea@a.example'), 'Does not verify'],
  ] as const) {
    await page.goto(`${server.address}/recording`);
    const buffer = Buffer.from(text);
    await page.getByLabel('Record').setInputFiles({ name: 'decision.json', mimeType: 'application/json', buffer });
    await expect(page.getByText(verdict, { exact: true })).toBeVisible();
  }
});

test('the list is decided on from the keyboard', async ({ page, servers, quietConsole: _ }) => {
  const server = await servers.plain();
  const agent = servers.agent(server);
  const [first, second] = [await investigate(agent, 'Checkout is slow'), await investigate(agent, 'Login is slow')];
  await first.propose('rem_later', { expiresAt: new Date(Date.now() + 30 * MINUTE).toISOString() });
  await second.propose('rem_sooner', { expiresAt: new Date(Date.now() + 10 * MINUTE).toISOString() });
  await signInWithToken(page, server, 'admin', '/approvals');
  const cards = page
    .getByRole('list', { name: 'Waiting for approval' })
    .getByRole('article', { name: 'Recreate the index on orders' });
  await expect(cards).toHaveCount(2);
  await expect(cards.first()).toContainText('Login is slow');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  const dialog = page.getByRole('dialog', { name: 'Reject remediation' });
  await dialog.getByLabel('Reason').fill('Not this one');
  await dialog.getByRole('button', { name: 'Reject', exact: true }).click();
  await expect(cards).toHaveCount(1);
  await expect(cards.first()).toContainText('Login is slow');
});

test('a fact that changes parks the plan under the eyes of whoever reads it, and lets it go when it holds again', async ({
  page,
  incident,
  quietConsole: _,
}) => {
  await incident.propose('rem_parked', { preconditions, undo });
  const { incidentId } = incident;
  const look = (status: 'holds' | 'changed') =>
    incident.agent.publish('remediation.precondition', {
      incidentId,
      remediationId: 'rem_parked',
      preconditionId: 'pre_1',
      status,
      observed: status === 'holds' ? 'not there' : 'somebody made it by hand',
    });
  await incident.open();
  await page.getByRole('region', { name: 'Remediation' }).getByRole('button', { name: 'Approve…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve remediation' });
  const approve = dialog.getByRole('button', { name: 'Approve', exact: true });
  await approve.focus();
  await look('changed');
  await expect(dialog.getByRole('alert')).toContainText('somebody made it by hand');
  await expect(approve).toHaveAttribute('aria-disabled', 'true');
  await expect(approve).toBeFocused();
  await look('holds');
  await approve.click();
  await expect(page.getByRole('list', { name: 'Decisions' })).toContainText('Approved by ana@a.example');
});

test('a failed step arms the way back, which the agent goes when an admin says so', async ({
  page,
  incident,
  quietConsole: _,
}) => {
  const { incidentId, propose } = incident;
  const plan = { incidentId, remediationId: 'rem_back' };
  await propose('rem_back', { preconditions, undo });
  const asked = new Promise<void>((resolve) => {
    void incident.agent.subscribe(incidentId, ({ method }) => {
      if (method === 'remediation.rollback_requested') resolve();
    });
  });
  await incident.open();
  const remediation = page.getByRole('region', { name: 'Remediation' });
  await remediation.getByRole('button', { name: 'Approve…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
  await remediation.getByRole('button', { name: 'Execute' }).click();
  await expect(remediation).toContainText(/executing/i);
  await incident.agent.publish('remediation.step', { ...plan, stepId: 'create', status: 'running' });
  await incident.agent.publish('remediation.step', {
    ...plan,
    stepId: 'create',
    status: 'failed',
    output: 'disk is full',
  });
  await incident.agent.publish('remediation.failed', { ...plan, stepId: 'create', reason: 'The disk is full' });
  await remediation.getByRole('button', { name: 'Roll back…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Roll back remediation' });
  await dialog.getByLabel('Reason').fill('Clean up');
  await dialog.getByRole('button', { name: 'Roll back', exact: true }).click();
  await asked;
  await incident.agent.publish('remediation.step', { ...plan, stepId: 'undo-1', status: 'running' });
  await incident.agent.publish('remediation.step', { ...plan, stepId: 'undo-1', status: 'completed' });
  await incident.agent.publish('remediation.rolled_back', { ...plan, outcome: 'As it was' });
  await expect(remediation).toContainText('Taken back, asked for by ana@a.example');
});

test('an objection is seen by everybody, stops the countdown and is withdrawn; a review is taken and let go', async ({
  browser,
  incident,
}) => {
  await incident.propose('rem_room', { preconditions, undo });
  const [member, admin] = [await browser.newPage(), await browser.newPage()];
  await incident.open('member', member);
  await incident.open('admin', admin);
  await member.getByRole('button', { name: 'Object…' }).click();
  await member.getByLabel('Reason').fill('Not during the sale');
  await member.getByRole('button', { name: 'Object', exact: true }).click();
  const remediation = admin.getByRole('region', { name: 'Remediation' });
  await expect(remediation.getByRole('list', { name: 'Objections' })).toContainText('Not during the sale');
  await expect(remediation).toContainText('Countdown stopped');
  await admin.getByRole('button', { name: 'Take it' }).click();
  await expect(member.getByRole('region', { name: 'Remediation' })).toContainText('ana@a.example sees to it');
  await remediation.getByRole('button', { name: 'Approve…' }).click();
  await expect(member.getByText(/reading this plan/)).toBeVisible();
  await admin.getByRole('button', { name: 'Cancel' }).click();
  await expect(member.getByText(/reading this plan/)).toBeHidden();
  await member.getByRole('button', { name: 'Withdraw' }).click();
  await expect(remediation.getByRole('list', { name: 'Objections' })).toBeHidden();
  await Promise.all([member.close(), admin.close()]);
});
