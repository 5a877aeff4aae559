import type { Page } from '@playwright/test';
import { AGENT_KEY, withKey } from '../src/server/testing/people.ts';
import { connect } from '../src/server/testing/rpc-client.ts';
import { publishMany } from '../src/server/testing/shared.ts';
import { expect, type Servers, signInWithToken, test } from './support/fixtures.ts';

const timelineOf = (page: Page) => page.getByRole('region', { name: 'Timeline' });
const positionOf = (page: Page) => page.getByRole('group', { name: 'Position in the timeline' });
const streamOf = (page: Page) => page.locator('footer');

/** An incident whose events are named m1, m2 and so on. */
const openIncident = async (servers: Servers, events: number) => {
  const server = await servers.shared();
  const { incidentId } = await servers.agent(server).openIncident({ title: 'A long one', severity: 'high' });
  const agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  await publishMany(agent, incidentId, events);
  agent.close();
  return { server, incidentId };
};

/** Of one with 6,000 events, the newest of which are there. */
const openLarge = async (page: Page, servers: Servers): Promise<void> => {
  const { server, incidentId } = await openIncident(servers, 6_000);
  await signInWithToken(page, server, 'admin', `/incidents/${incidentId}`);
  await expect(timelineOf(page)).toContainText('m6000');
  await expect(positionOf(page)).toContainText('Event 6,000 of 6,000');
};

/** What is asked for with such an address waits until it is let go. */
const hold = async (page: Page, path: RegExp): Promise<() => Promise<void>> => {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(path, async (route) => {
    await held;
    await route.continue();
  });
  return async () => {
    const answered = page.waitForResponse(path);
    letGo();
    await (await answered).finished();
  };
};

test('an incident of a few thousand events opens with its newest, and soon is here as a whole', async ({
  page,
  servers,
  quietConsole: _,
}) => {
  const { server, incidentId } = await openIncident(servers, 1_800);
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().includes(`/${incidentId}/events`)) asked += 1;
  });
  await signInWithToken(page, server, 'admin', `/incidents/${incidentId}`);
  await expect(timelineOf(page)).toContainText('m1800');
  await expect(streamOf(page)).toContainText('1,800 events');
  await expect.poll(() => asked).toBe(2);
  await expect(positionOf(page)).toBeHidden();
  await timelineOf(page).getByText('m1800').hover();
  await page.mouse.wheel(0, -1_000_000);
  await expect(timelineOf(page).getByText('m1', { exact: true })).toBeVisible();
  await expect(timelineOf(page)).not.toContainText('on the server');
  // A moment that this tab has, and the server is not asked for.
  await page.getByRole('slider', { name: 'Replay position' }).press('Home');
  await expect(page.getByRole('button', { name: /Back to live/ })).toBeVisible();
  expect(asked).toBe(2);
});

test('any place of a large incident is one move of the slider away, and the newest one press', async ({
  page,
  servers,
  quietConsole: _,
}) => {
  await openLarge(page, servers);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('atOffset')) asked.push(new URL(request.url()).searchParams.get('atOffset') ?? '');
  });
  await page.getByRole('slider', { name: 'Position by event' }).fill('2499');
  await expect(timelineOf(page).getByText('m2500', { exact: true })).toBeVisible();
  expect(asked).toEqual(['2499']);
  await page.getByRole('button', { name: 'Follow' }).click();
  await expect(timelineOf(page).getByText('m6000', { exact: true })).toBeVisible();
});

test('a moment that was let go is shown from one state and the events around it, and the next one too', async ({
  page,
  servers,
  quietConsole: _,
}) => {
  await openLarge(page, servers);
  const asked: string[] = [];
  page.on('request', (request) => {
    const [what] = /(snapshot|events)\?/.exec(request.url()) ?? [];
    if (what !== undefined) asked.push(what);
  });
  const replay = page.getByRole('slider', { name: 'Replay position' });
  for (const share of [0.2, 0.7]) {
    asked.length = 0;
    const box = await replay.boundingBox();
    await replay.click({ position: { x: (box?.width ?? 0) * share, y: (box?.height ?? 0) / 2 } });
    await expect(replay).toHaveAttribute('aria-valuetext', /^Event/);
    const number = Number(await replay.getAttribute('aria-valuenow'));
    expect(number).toBeLessThan(5_000);
    await expect(timelineOf(page).getByText(`m${number}`, { exact: true })).toBeVisible();
    await replay.press('ArrowRight');
    await expect(timelineOf(page).getByText(`m${number + 1}`, { exact: true })).toBeVisible();
    expect(asked.toSorted()).toEqual(['events?', 'snapshot?']);
  }
});

test('who drags through a past that was let go asks for one place at a time, and ends where they rest', async ({
  page,
  servers,
}) => {
  await openLarge(page, servers);
  const letGo = await hold(page, /\/snapshot\?atEvents/);
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().includes('/snapshot?atEvents')) asked += 1;
  });
  const replay = page.getByRole('slider', { name: 'Replay position' });
  const goTo = async (share: number): Promise<number> => {
    const box = await replay.boundingBox();
    await replay.click({ position: { x: (box?.width ?? 0) * share, y: (box?.height ?? 0) / 2 } });
    return Number(await replay.getAttribute('aria-valuenow'));
  };
  const first = await goTo(0.1);
  for (const share of [0.3, 0.4, 0.5, 0.6]) await goTo(share);
  const last = await goTo(0.7);
  await expect(replay).toBeFocused();
  expect(asked).toBe(1);
  await letGo();
  await expect(timelineOf(page).getByText(`m${last}`, { exact: true })).toBeVisible();
  await expect(timelineOf(page).getByText(`m${first}`, { exact: true })).toBeHidden();
  expect(asked).toBe(2);
});

test('a moment that could not be fetched is asked for until it is here', async ({ page, servers }) => {
  await openLarge(page, servers);
  let refused = 0;
  await page.route(/\/snapshot\?atEvents/, async (route) => {
    refused += 1;
    if (refused === 1) await route.abort();
    else await route.continue();
  });
  const replay = page.getByRole('slider', { name: 'Replay position' });
  await replay.press('Home');
  await replay.press('PageUp');
  await expect(timelineOf(page).getByText('m50', { exact: true })).toBeVisible();
  expect(refused).toBeGreaterThan(1);
});

test('a slider that is dragged ends where it rests, whichever answer comes last', async ({ page, servers }) => {
  await openLarge(page, servers);
  const letGo = await hold(page, /atOffset=1000&/);
  const slider = page.getByRole('slider', { name: 'Position by event' });
  await slider.fill('1000');
  await expect(positionOf(page).locator('[aria-busy=true]')).not.toHaveCount(0);
  await slider.fill('3999');
  await expect(timelineOf(page).getByText('m4000', { exact: true })).toBeVisible();
  await expect(positionOf(page).locator('[aria-busy=true]')).toHaveCount(0);
  await letGo();
  await expect(timelineOf(page).getByText('m4000', { exact: true })).toBeVisible();
  await expect(timelineOf(page).getByText('m1001', { exact: true })).toBeHidden();
});

test('who goes back to the newest events stays there, though a jump is still to be answered', async ({
  page,
  servers,
}) => {
  await openLarge(page, servers);
  const slider = page.getByRole('slider', { name: 'Position by event' });
  await slider.fill('2499');
  await expect(timelineOf(page).getByText('m2500', { exact: true })).toBeVisible();
  const letGo = await hold(page, /atOffset=1000&/);
  await slider.fill('1000');
  await expect(positionOf(page).locator('[aria-busy=true]')).not.toHaveCount(0);
  await page.getByRole('button', { name: 'Follow' }).click();
  await expect(timelineOf(page).getByText('m6000', { exact: true })).toBeVisible();
  await letGo();
  await expect(timelineOf(page).getByText('m6000', { exact: true })).toBeVisible();
  await expect(timelineOf(page).getByText('m1001', { exact: true })).toBeHidden();
});

test('what the server cannot give to who reads up is said, and asked for again after a while', async ({
  page,
  servers,
}) => {
  await openLarge(page, servers);
  const askedAt: number[] = [];
  await page.route(/\/events\?beforeSeq=/, async (route) => {
    askedAt.push(performance.now());
    if (askedAt.length <= 2) await route.fulfill({ status: 503, json: { error: 'unavailable', message: 'Not now.' } });
    else await route.continue();
  });
  await timelineOf(page).getByText('m6000').hover();
  await page.mouse.wheel(0, -1_000_000);
  await expect(timelineOf(page)).toContainText('Not now.');
  await expect(timelineOf(page)).toContainText('4,500 earlier events are on the server', { timeout: 15_000 });
  const waits = askedAt.slice(1, 3).map((at, index) => at - (askedAt[index] ?? 0));
  for (const waitMs of waits) expect(waitMs).toBeGreaterThan(2_500);
  expect(waits).toHaveLength(2);
});
