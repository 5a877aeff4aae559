import { readFile } from 'node:fs/promises';
import { expectAccessible } from './support/accessible.ts';
import { expect, signInWithToken, test } from './support/fixtures.ts';

test('an admin adds context that the agents hear, and aborts with a reason', async ({
  page,
  incident,
  quietConsole: _,
}) => {
  await incident.progress('The orders table is scanned in full');
  const heard = new Promise<unknown>((resolve) => {
    void incident.agent.subscribe(incident.incidentId, ({ method, params }) => {
      if (method === 'investigation.context_added') resolve(params.context);
    });
  });
  await incident.open();
  await page.getByRole('button', { name: 'Add context' }).click();
  const adding = page.getByRole('dialog', { name: 'Add context' });
  await expectAccessible(page, 'adding context');
  await adding.getByLabel('Context', { exact: true }).fill('The sale began at noon');
  await adding.getByRole('button', { name: 'Add context' }).click();
  expect(await heard).toBe('The sale began at noon');
  await expect(adding).toBeHidden();
  const timeline = page.getByRole('region', { name: 'Timeline' });
  await expect(timeline).toContainText('The sale began at noon');

  await page.getByRole('button', { name: 'Abort…' }).click();
  const aborting = page.getByRole('dialog', { name: 'Abort investigation' });
  await aborting.getByRole('button', { name: 'Abort', exact: true }).click();
  await expect(aborting).toContainText('Say why');
  await aborting.getByLabel('Reason').fill('Known maintenance');
  await aborting.getByRole('button', { name: 'Abort', exact: true }).click();
  await expect(timeline).toContainText('Investigation aborted');
  await expect(timeline).toContainText('Known maintenance');
  await expect(page.getByRole('button', { name: 'Investigate again' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Abort…' })).toBeHidden();
});

test('a record is exported, and comes back where it is imported', async ({ page, incident, quietConsole: _ }) => {
  await incident.conclude();
  await incident.propose('rem_record');
  await incident.open();
  const exported = async (name: RegExp) => {
    await page.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name }).click();
    return await (await download).path();
  };
  expect(await readFile(await exported(/Markdown/), 'utf8')).toContain('Checkout is slow');
  const record = await exported(/JSONL/);
  await page.goto(`${incident.server.address}/incidents`);
  await page.getByRole('button', { name: 'Import' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import an incident' });
  await dialog.getByLabel('Record').setInputFiles(record);
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect(page.getByRole('heading', { name: 'Checkout is slow' })).toBeVisible();
  expect(page.url()).not.toContain(incident.incidentId);
  await expect(page.getByRole('region', { name: 'Root cause' })).toContainText('A migration dropped the index');
  const plan = page.getByRole('region', { name: 'Remediation' });
  await expect(plan).toContainText('It came with an imported record');
  for (const name of ['Approve…', 'Reject…']) await expect(plan.getByRole('button', { name })).toBeDisabled();
});

test('a known solution is accepted once, and shows by whom', async ({ page, incident, quietConsole: _ }) => {
  const { incidentId } = incident;
  await incident.agent.publish('investigation.known_solution_found', {
    incidentId,
    matchedPatternId: 'ptn_1',
    matchedTitle: 'Index dropped by a migration',
    confidence: 0.91,
    runbookUrl: 'https://runbooks.example/index',
  });
  await incident.open();
  const known = page.getByRole('region', { name: 'Known solution' });
  await expect(known).toContainText('High confidence · 0.91');
  await expect(known.getByRole('link', { name: /Runbook/ })).toHaveAttribute('href', 'https://runbooks.example/index');
  await known.getByRole('button', { name: 'Accept' }).click();
  await expect(known).toContainText('Accepted by ana@a.example');
  await expect(known.getByRole('button')).toHaveCount(0);
});

test('feedback is asked for after the end, and given once', async ({ page, incident, quietConsole: _ }) => {
  const { incidentId, conclude } = incident;
  await conclude();
  await incident.open();
  const feedback = page.getByRole('region', { name: 'Feedback', exact: true });
  await expect(page.getByRole('region', { name: 'Root cause' })).toContainText('dropped the index');
  // Its agent may yet propose a plan.
  await expect(feedback).toBeHidden();
  await incident.agent.publish('agent.status', { incidentId, agentName: 'Logs', role: 'logs', status: 'done' });
  const given = page.getByRole('region', { name: 'Feedback given' });
  await feedback.getByRole('group', { name: 'Was this right?' }).getByRole('button', { name: '4' }).click();
  await feedback.getByRole('button', { name: 'Send feedback' }).click();
  await expect(feedback).toContainText('Not answered yet');
  for (const question of ['Root cause accurate?', 'Recommendations useful?'])
    await feedback.getByRole('group', { name: question }).getByRole('button', { name: 'Yes' }).click();
  await feedback.getByLabel('Comment').fill('Quicker than we were');
  await expectAccessible(page, 'giving feedback');
  await feedback.getByRole('button', { name: 'Send feedback' }).click();
  await expect(given).toContainText('4 of 5 for the investigation by ana@a.example');
  await expect(feedback).toBeHidden();
  await page.reload();
  await expect(given).toContainText('Quicker than we were');
  await expect(feedback).toBeHidden();
});

test('an agent that went silent is asked, told to skip and told to stop, hears it, and is cut off with the incident', async ({
  page,
  servers,
  quietConsole: _,
}) => {
  const server = await servers.shared();
  const agent = servers.agent(server);
  const { incidentId } = await agent.openIncident({ title: 'Checkout is slow', severity: 'high' });
  const timestamp = new Date(Date.now() - 5 * 60_000).toISOString();
  await agent.publish('agent.status', { incidentId, timestamp, agentName: 'Logs', role: 'logs', status: 'running' });
  const heard: unknown[] = [];
  await agent.subscribe(incidentId, ({ method, params }) => {
    if (method === 'agent.instructed') heard.push(params.instruction);
  });
  await signInWithToken(page, server, 'admin', `/incidents/${incidentId}`);
  const agents = page.getByRole('region', { name: 'Agents' });
  await expect(agents).toContainText('Logs silent');
  for (const [name, told] of [
    ['Ask Logs', 'ana@a.example asked what it waits for'],
    ['Skip Logs', 'ana@a.example told it to skip this step'],
    ['Stop Logs', 'ana@a.example told it to stop'],
  ] as const) {
    await agents.getByRole('button', { name }).click();
    await expect(agents).toContainText(told);
  }
  expect(heard).toEqual(['ask', 'skip', 'stop']);
  const closing = { data: { status: 'closed' }, headers: { origin: server.address } };
  expect((await page.request.patch(`${server.address}/v1/incidents/${incidentId}`, closing)).status()).toBe(200);
  await expect(agents.getByRole('button', { name: /^Logs/ })).toContainText('Cut off');
  await expect(agents).not.toContainText('silent');
});

test('a member is told why they cannot abort', async ({ page, incident, quietConsole: _ }) => {
  await incident.progress('Reading');
  await incident.open('member');
  const abort = page.getByRole('button', { name: 'Abort…' });
  await expect(abort).toHaveAccessibleDescription('Only admins can abort');
  await abort.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
});
