import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { expectAccessible, expectOverlayAccessible } from './support/accessible.ts';
import { connection, expect, signInWithToken, test } from './support/fixtures.ts';

const timelineOf = (page: Page) => page.getByRole('region', { name: 'Timeline' });

test('an engineer at night reads what happened, narrows it down, and sends a colleague the event', async ({
  page,
  incident,
  quietConsole: _,
}) => {
  const { incidentId } = incident;
  const call = async (tool: string, result: string) => {
    const { eventId } = await incident.agent.publish('investigation.progress', {
      incidentId,
      agentName: 'Logs',
      kind: 'tool_call',
      tool,
      message: `why ${tool}`,
    });
    await incident.agent.publish('investigation.progress', {
      incidentId,
      agentName: 'Logs',
      kind: 'tool_result',
      tool,
      message: result,
      parentEventId: eventId,
    });
  };
  for (let index = 0; index < 6; index += 1) await call('search_logs', `${index} lines`);
  await call('query_plan', 'failed: no route');
  await incident.progress('The orders table is scanned in full');
  const collect = () =>
    incident.agent.publish('evidence.collected', {
      incidentId,
      evidence: {
        evidenceId: 'evi_plan',
        type: 'log',
        source: 'orders',
        summary: 'Every lookup is slow',
        data: { kind: 'log', lines: [{ level: 'error', text: 'slow query: SCAN orders took 2.1 s' }] },
      },
    });
  await collect();
  await incident.agent.publish('hypothesis.updated', {
    incidentId,
    hypothesisId: 'hyp_1',
    statement: 'An index is missing',
    status: 'supported',
    confidence: 0.8,
    evidenceIds: ['evi_plan'],
    citations: [{ evidenceId: 'evi_plan', quote: 'SCAN orders took 2.1 s' }],
    agentName: 'Logs',
  });
  await incident.open();
  const timeline = timelineOf(page);

  // Six times the same step is one line; what failed and what was found stand for themselves.
  const run = timeline.getByRole('article', { name: 'Logs: 6 repeated steps' });
  await expect(run).toContainText('search_logs');
  await expect(run).toContainText('×6');
  await expect(timeline).toContainText('failed: no route');
  await expect(timeline).toContainText('The orders table is scanned in full');
  await run.getByRole('button', { name: /Show 6 repeated steps/ }).click();
  await expect(timeline).toContainText('0 lines');

  await timeline.getByRole('button', { name: /^Errors/ }).click();
  await expect(page).toHaveURL(/show=errors/);
  await expect(timeline).toContainText('failed: no route');
  await expect(timeline).not.toContainText('scanned in full');
  await page.reload();
  await expect(timeline).toContainText('failed: no route');
  await expect(timeline).not.toContainText('scanned in full');
  await timeline.getByRole('button', { name: 'Clear the filter' }).click();
  await timeline.getByLabel('Filter the timeline by text').fill('scanned in full');
  await expect(page).toHaveURL(/q=scanned/);
  const found = timeline.getByRole('article', { name: 'Logs: Finding' });
  await expect(found).toHaveCount(1);
  const eventId = await found.getAttribute('data-event-id');

  // The words that the claim quotes are marked in the line that they stand in.
  await page.getByRole('region', { name: 'Hypotheses' }).getByRole('button', { name: /^E1/ }).click();
  const evidence = page.getByRole('region', { name: 'Evidence' });
  await expect(evidence.locator('mark')).toHaveText('SCAN orders took 2.1 s');

  // It is asked for again, by its button and, once the verdict rests on it, by a key; the agents hear it.
  const asked: unknown[] = [];
  await incident.agent.subscribe(incidentId, ({ method, params }) => {
    if (method === 'evidence.check_requested') asked.push(params.evidenceId);
  });
  await evidence.getByRole('button', { name: 'Check E1 again' }).click();
  await expect(evidence.getByRole('button', { name: 'E1 is being checked again' })).toBeVisible();
  await expect.poll(() => asked).toEqual(['evi_plan']);
  await collect();
  await incident.conclude(['evi_plan']);
  await expect(evidence.getByRole('button', { name: 'Check E1 again' })).toBeVisible();
  await expect(page.getByText('Weakest support E1')).toBeVisible();
  await page.keyboard.press('r');
  await expect.poll(() => asked).toEqual(['evi_plan', 'evi_plan']);

  // A drag over the chart of the agents narrows the timeline to that stretch; a press takes it back.
  const chart = page.getByRole('group', { name: /^Chart of the agents/ });
  const box = await chart.boundingBox();
  if (box === null) throw new Error('the chart of the agents is not drawn');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.2, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, y, { steps: 3 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=\d+&to=\d+/);
  await expect(timeline.getByRole('button', { name: /^Range: / })).toBeVisible();
  await page.getByRole('button', { name: 'Clear the time range' }).click();
  await expect(page).not.toHaveURL(/from=/);

  const field = timeline.getByLabel('Filter the timeline by text');
  await expect(field).toHaveValue('scanned in full');
  await field.press('Escape');
  await expect(page).not.toHaveURL(/q=/);
  await expect(field).toHaveValue('');
  await field.fill('no such words');
  await expect(timeline).toContainText('No event matches');
  await timeline.getByRole('button', { name: 'Clear the filter' }).first().click();
  await expect(field).toHaveValue('');
  await expect(found).toBeVisible();

  await expectAccessible(page, 'live view');
  await timeline.getByRole('button', { name: /^Range/ }).click();
  await expectOverlayAccessible(page, 'time range');
  await page.goto(`${incident.server.address}/incidents/${incidentId}?event=${eventId}`);
  await expect(timeline.locator(`[data-event-id="${eventId}"]`)).toBeInViewport();
});

test('the code of the page comes while the server is asked who this is', async ({ page, incident }) => {
  const code = page.waitForRequest(/\/assets\/incident-page-.*\.js$/);
  await page.route('**/auth/session', async (route) => {
    await code;
    await route.continue();
  });
  await incident.open();
  await expect(timelineOf(page)).toBeVisible();
});

/** Every script that the live view has before the first event of its data is on the page, as gzip has it. */
const FIRST_SCRIPT_BYTES = 316_000;

test('opened for the first time it asks for nothing twice, and for little script before the events are there', async ({
  page,
  incident,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.startsWith('/v1/') && request.method() === 'GET') asked.push(pathname + search);
  });
  await page.addInitScript(() => {
    const observer = new MutationObserver(() => {
      if (document.querySelector('[data-event-id]') === null) return;
      observer.disconnect();
      const names = performance.getEntriesByType('resource').map(({ name }) => name);
      document.documentElement.dataset.scripts = names.filter((name) => name.endsWith('.js')).join(' ');
    });
    observer.observe(document, { childList: true, subtree: true });
  });
  await incident.open();
  const root = page.locator('html');
  await expect(root).toHaveAttribute('data-scripts');
  await expect(page.getByRole('status', { name: 'Connection' })).toContainText('Live');
  // The last that a page asks for: the list that leads to the incident before and after this one.
  await expect.poll(() => asked.some((path) => path.startsWith('/v1/incidents?'))).toBe(true);
  await expect.poll(() => asked).toContain('/v1/notifications/approvals/pending');
  expect(asked).toEqual([...new Set(asked)]);

  const scripts = (await root.getAttribute('data-scripts'))?.split(' ') ?? [];
  const bodies = await Promise.all(scripts.map(async (script) => (await page.request.get(script)).body()));
  const bytes = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThan(FIRST_SCRIPT_BYTES);
});

test('what nobody asked for yet comes after the events, however late those are', async ({ page, incident }) => {
  const { incidentId } = incident;
  await page.clock.install();
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.routeWebSocket(/\/relay\?/, (socket) => {
    const relay = socket.connectToServer();
    relay.onMessage((message) => {
      if (String(message).includes(incidentId)) void held.then(() => socket.send(message));
      else socket.send(message);
    });
  });
  const early: string[] = [];
  page.on('request', (request) => {
    if (/\/assets\/(toast-stack|open-palette)-/.test(request.url())) early.push(request.url());
  });
  await incident.open();
  await expect(connection(page)).toContainText('Live');
  await page.clock.fastForward(5_000);
  await expect(timelineOf(page).getByText('Loading the timeline')).toBeAttached();
  await page.clock.fastForward(5_000);
  expect(await page.evaluate(() => new Promise((done) => requestIdleCallback(() => done('idle'))))).toBe('idle');
  expect(early).toEqual([]);
  letGo();
  await expect(timelineOf(page).locator('[data-event-id]').first()).toBeVisible();
  await expect.poll(() => early.length).toBeGreaterThan(1);
});

test('following sticks to the newest; scrolled up, nothing moves and what is new is counted', async ({
  page,
  incident,
  quietConsole: _,
}) => {
  for (let index = 0; index < 60; index += 1) await incident.progress(`finding ${index}`);
  await incident.open();
  const timeline = timelineOf(page);
  const follow = timeline.getByRole('button', { name: 'Follow' });
  await expect(timeline.getByText('finding 59')).toBeInViewport();
  await expect(follow).toHaveAttribute('aria-pressed', 'true');

  await timeline.getByRole('feed').hover();
  await page.mouse.wheel(0, -600);
  await expect(follow).toHaveAttribute('aria-pressed', 'false');
  const first = timeline.locator('[data-rows] article').nth(12);
  const seen = await first.getAttribute('data-event-id');
  const row = timeline.locator(`[data-event-id="${seen}"]`);
  const before = await row.boundingBox();
  await incident.progress('finding 60');
  await incident.progress('finding 61');
  await expect(timeline.getByRole('button', { name: '2 new' })).toBeVisible();
  await expect(page.getByText('2 held back by pause')).toBeVisible();
  expect((await row.boundingBox())?.y).toBe(before?.y);
  // They are the same two under a filter that hides others.
  await timeline.getByRole('button', { name: /^Findings/ }).click();
  await expect(page).toHaveURL(/show=findings/);
  await expect(timeline.getByRole('button', { name: /^\d+ new$/ })).toHaveText('2 new');

  await page.keyboard.press('G');
  await expect(timeline.getByText('finding 61')).toBeInViewport();
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
});

test('a folded run of repeated steps is opened, read and folded with the keyboard', async ({
  page,
  incident,
  quietConsole: _,
}) => {
  const { incidentId } = incident;
  await incident.progress('the first finding');
  for (let index = 0; index < 5; index += 1)
    await incident.agent.publish('investigation.progress', {
      incidentId,
      agentName: 'Logs',
      kind: 'tool_result',
      tool: 'search_logs',
      message: `found ${index} lines`,
    });
  await incident.progress('the last finding');
  await incident.open();
  const timeline = timelineOf(page);
  const heading = (verb: 'Show' | 'Fold') => timeline.getByRole('button', { name: `${verb} 5 repeated steps of Logs` });
  const details = (text: string) =>
    timeline
      .getByRole('article')
      .filter({ hasText: text })
      .getByRole('button', { name: /^Details of/ });
  await expect(heading('Show')).toBeVisible();

  await page.keyboard.press('k');
  await expect(details('the last finding')).toBeFocused();
  await page.keyboard.press('k');
  await expect(heading('Show')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(heading('Fold')).toBeFocused();
  await expect(details('the last finding')).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('j');
  await expect(details('found 0 lines')).toBeFocused();
  await page.keyboard.press('j');
  await expect(details('found 1 lines')).toBeFocused();
  await page.keyboard.press('k');
  await page.keyboard.press('k');
  await expect(heading('Fold')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(heading('Show')).toBeFocused();
  await expect(details('found 0 lines')).toBeHidden();
  await page.keyboard.press('k');
  await expect(details('the first finding')).toBeFocused();
});

test('who comes back finds a line at what is new, and what it amounts to', async ({
  page,
  incident,
  quietConsole: _,
}) => {
  await incident.progress('before');
  await incident.open();
  await expect(timelineOf(page)).toContainText('before');
  await page.evaluate(() => window.dispatchEvent(new Event('blur')));
  await incident.progress('while away');
  await incident.conclude();
  await incident.propose('rem_since');
  await expect(timelineOf(page)).toContainText('while away');
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  const since = page.getByRole('region', { name: 'Since you last looked' });
  await expect(since).toContainText('Root cause: A migration dropped the index');
  await expect(since).toContainText('Plan proposed: Recreate the index on orders');
  await expect(timelineOf(page)).toContainText('New since');
  await since.getByRole('button', { name: 'Dismiss' }).click();
  await expect(since).toBeHidden();
  await expect(timelineOf(page)).not.toContainText('New since');
});

test('the past is looked at while it goes on: as it was then, nothing can be decided, and live is one press away', async ({
  page,
  incident,
  quietConsole: _,
}) => {
  await incident.progress('the first finding');
  await incident.conclude();
  await incident.propose('rem_past');
  await incident.open();
  const cause = page.getByRole('region', { name: 'Root cause' });
  const approve = page.getByRole('button', { name: 'Approve…' });
  await expect(approve).toBeVisible();
  const strip = page.getByRole('slider', { name: 'Replay position' });
  await expect(strip).toHaveAttribute('aria-valuenow', '4');

  await strip.press('ArrowLeft');
  await expect(approve).toBeHidden();
  await expect(cause).toContainText('A migration dropped the index');
  await strip.press('ArrowLeft');
  await expect(cause).not.toContainText('A migration dropped the index');
  await expect(timelineOf(page)).toContainText('the first finding');
  await expect(timelineOf(page)).not.toContainText('Plan proposed');
  await incident.progress('meanwhile');
  await expect(page.getByRole('button', { name: /Back to live/ })).toContainText('3 later');
  // The moment is in the address, for whoever opens it there; keys that are for now rest.
  await expect(page).toHaveURL(/at=2/);
  await page.reload();
  await expect(page.getByRole('button', { name: /Back to live/ })).toContainText('3 later');
  await expect(cause).not.toContainText('A migration dropped the index');
  await expect(page.getByText('Investigating', { exact: true })).toBeVisible();
  await expect(page.getByText('Awaiting approval', { exact: true })).toBeHidden();
  await page.keyboard.press('3');
  await expect(cause).not.toBeFocused();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const shared = async (): Promise<string> => {
    await page.getByRole('button', { name: 'Share' }).click();
    await page.getByRole('button', { name: 'Link copied' }).waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const address = `${incident.server.address}/incidents/${incident.incidentId}`;
  expect(await shared()).toBe(`${address}?at=2`);
  await expectAccessible(page, 'the past');
  await strip.press('ArrowRight');
  await strip.press('ArrowRight');
  await expect(approve).toHaveAccessibleDescription(/looking at the past/);
  await approve.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();

  await page.getByRole('button', { name: /Back to live/ }).click();
  await expect(timelineOf(page)).toContainText('meanwhile');
  await expect(page).not.toHaveURL(/at=/);
  expect(await shared()).toBe(address);
  await approve.click();
  await expect(page.getByRole('dialog', { name: 'Approve remediation' })).toBeVisible();
});

test('a record opens in the browser from a file, without a server to ask, and shows that it is whole', async ({
  page,
  incident,
}) => {
  await incident.progress('the first finding');
  await incident.conclude();
  await incident.propose('rem_recorded');
  await incident.open();
  await expect(timelineOf(page)).toContainText('the first finding');
  const record = await page.request.get(
    `${incident.server.address}/v1/incidents/${incident.incidentId}/export?format=jsonl`,
  );
  const buffer = Buffer.from(await record.body());
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${incident.server.address}/recording`);
  await page.getByLabel('Record').setInputFiles({ name: 'x.jsonl', mimeType: 'application/x-ndjson', buffer });
  await expect(page.getByRole('heading', { name: 'Checkout is slow' })).toBeVisible();
  await expect(page.getByText('Digest verified')).toBeVisible();
  await expect(timelineOf(page)).toContainText('the first finding');
  await expect(page.getByRole('region', { name: 'Root cause' })).toContainText('A migration dropped the index');
  await expect(page.getByRole('button', { name: 'Approve…' })).toHaveAccessibleDescription('This is a recording');
  await expectAccessible(page, 'recording');
  await page.getByRole('slider', { name: 'Replay position' }).press('Home');
  await expect(page.getByRole('region', { name: 'Root cause' })).not.toContainText('A migration dropped the index');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Postmortem' }).click();
  expect((await saved).suggestedFilename()).toMatch(/\.md$/);
  expect(asked.filter((path) => path.startsWith('/v1') || path.startsWith('/auth') || path === '/relay')).toEqual([]);

  await page.route(
    ({ pathname }) => pathname === '/recordings/night.jsonl',
    (route) => route.fulfill({ body: buffer }),
  );
  await page.goto(`${incident.server.address}/recording?src=/recordings/night.jsonl`);
  await expect(page.getByRole('heading', { name: 'Checkout is slow' })).toBeVisible();

  await page.goto(`${incident.server.address}/recording`);
  const examples = page.getByRole('region', { name: 'Or look at an example' });
  await expect(examples.getByRole('link')).toHaveCount(8);
  await expectAccessible(page, 'recordings');
  await examples.getByRole('link', { name: 'A migration drops an index' }).click();
  await expect(page.getByText('Digest verified')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Root cause' })).toContainText('dropped the index');
  expect(asked.filter((path) => path.startsWith('/v1') || path.startsWith('/auth') || path === '/relay')).toEqual([]);
});

test('the wall shows one incident big, as it happens, with nothing to press', async ({
  page,
  incident,
  quietConsole: _,
}) => {
  await incident.progress('the first finding');
  await signInWithToken(page, incident.server, 'member', `/incidents/${incident.incidentId}/wall`);
  const wall = page.getByRole('main');
  await expect(wall.getByRole('heading', { name: 'Checkout is slow' })).toBeVisible();
  await expect(wall).toContainText('the first finding');
  await incident.conclude();
  await expect(wall).toContainText('A migration dropped the index');
  await expect(page.getByRole('button')).toHaveCount(0);
  await expect(page.getByRole('link')).toHaveCount(0);
  await expectAccessible(page, 'wall');
});

test('with a screen reader the page is regions with names, the list a feed, and boundaries are said', async ({
  page,
  incident,
  quietConsole: _,
}) => {
  await incident.progress('the first finding');
  await incident.open();
  await expect(timelineOf(page)).toContainText('the first finding');
  await expect(timelineOf(page)).toMatchAriaSnapshot(`
    - region "Timeline":
      - heading "Timeline" [level=2]
      - group "Show"
      - button "Follow" [pressed]
      - feed "Events":
        - 'article "Logs: Started"'
        - 'article "Logs: Finding"'
  `);
  for (const name of ['Agents', 'Root cause', 'Hypotheses', 'Evidence', 'Remediation']) {
    const region = page.getByRole('region', { name, exact: true });
    await expect(region.getByRole('heading', { name, level: 2, exact: true })).toBeVisible();
  }
  await expect(page.getByRole('list', { name: 'Phases' }).locator('[aria-current="step"]')).toContainText(
    /Investigate,? ?,? now/,
  );
  await expect(page.getByRole('slider', { name: 'Replay position' })).toHaveAttribute('aria-valuetext', /^At live/);
  await incident.conclude();
  await expect(page.getByText('Root cause found: A migration dropped the index')).toBeAttached();
  await page.keyboard.press('j');
  await expect(page.getByRole('button', { name: /^Details of/ }).and(page.locator(':focus'))).toBeVisible();
  await page.keyboard.press('3');
  await expect(page.getByRole('region', { name: 'Root cause' })).toBeFocused();
});
