import type { Page } from '@playwright/test';
import { AGENT_KEY, withKey } from '../src/server/testing/people.ts';
import { connect } from '../src/server/testing/rpc-client.ts';
import { publishMany } from '../src/server/testing/shared.ts';
import { expect, type Servers, signInWithToken, test } from './support/fixtures.ts';

const timelineOf = (page: Page) => page.getByRole('region', { name: 'Timeline' });
const positionOf = (page: Page) => page.getByRole('group', { name: 'Position in the timeline' });
const streamOf = (page: Page) => page.locator('footer');

const rowOf = (page: Page, number: number) => timelineOf(page).getByText(`m${number}`, { exact: true });
const replayOf = (page: Page) => page.getByRole('slider', { name: 'Replay position' });

/** An incident whose events are named m1, m2 and so on, evenly over its time however quickly the server stores them. */
const openIncident = async (servers: Servers, events: number) => {
  const server = await servers.shared();
  const { incidentId } = await servers.agent(server).openIncident({ title: 'A long one', severity: 'high' });
  const agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
  await publishMany(agent, incidentId, events, '', 10);
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

/** Goes to a part of the past, and says after how many events. */
const seek = async (page: Page, share: number): Promise<number> => {
  const replay = replayOf(page);
  const box = await replay.boundingBox();
  await replay.click({ position: { x: (box?.width ?? 0) * share, y: (box?.height ?? 0) / 2 } });
  await expect(replay).toHaveAttribute('aria-valuetext', /^Event/);
  return Number(await replay.getAttribute('aria-valuenow'));
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

/** How many are new since the list stopped following. */
const pillOf = (page: Page) => timelineOf(page).getByRole('button', { name: /^[\d,]+ new$/ });

const jump = (page: Page, position: number): Promise<void> =>
  page.getByRole('slider', { name: 'Position by event' }).fill(String(position));
const busyIn = (page: Page) => positionOf(page).locator('[aria-busy=true]');

/** Jumps to the first thousand, which waits until it is let go: then it is too late, and what is shown stays. */
const jumpLate = async (page: Page): Promise<(shown: number) => Promise<void>> => {
  const letGo = await hold(page, /atOffset=1000&/);
  await jump(page, 1_000);
  await expect(busyIn(page)).not.toHaveCount(0);
  return async (shown) => {
    await expect(rowOf(page, shown)).toBeVisible();
    await letGo();
    await expect(rowOf(page, 1_001)).toBeHidden();
    await expect(rowOf(page, shown)).toBeVisible();
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
  await expect(rowOf(page, 1)).toBeVisible();
  await expect(timelineOf(page)).not.toContainText('on the server');
  // A moment that this tab has, and the server is not asked for.
  await replayOf(page).press('Home');
  await expect(page.getByRole('button', { name: /Back to live/ })).toBeVisible();
  expect(asked).toBe(2);
});

test('who comes by a link to a late event has nothing new below it when the earlier ones are filled in', async ({
  page,
  servers,
  quietConsole: _,
}) => {
  const { server, incidentId } = await openIncident(servers, 1_800);
  await signInWithToken(page, server, 'admin', `/incidents/${incidentId}`);
  await expect(rowOf(page, 1_800)).toBeVisible();
  const linked = timelineOf(page)
    .getByRole('article')
    .filter({ has: page.getByText('m1799', { exact: true }) });
  const eventId = await linked.getAttribute('data-event-id');
  await page.goto(`${server.address}/incidents/${incidentId}?event=${eventId}`);
  await expect(rowOf(page, 1_799)).toBeInViewport();
  await expect(timelineOf(page).getByRole('button', { name: 'Follow' })).toHaveAttribute('aria-pressed', 'false');
  await rowOf(page, 1_799).hover();
  // What is filled in above while somebody scrolls leaves them where they are.
  await expect(async () => {
    await page.mouse.wheel(0, -1_000_000);
    await expect(rowOf(page, 1)).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(pillOf(page)).toBeHidden();
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
  await jump(page, 2_499);
  await expect(rowOf(page, 2_500)).toBeVisible();
  expect(asked).toEqual(['2499']);
  await page.getByRole('button', { name: 'Follow' }).click();
  await expect(rowOf(page, 6_000)).toBeVisible();
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
  const replay = replayOf(page);
  for (const share of [0.2, 0.7]) {
    asked.length = 0;
    const number = await seek(page, share);
    expect(number).toBeLessThan(5_000);
    await expect(rowOf(page, number)).toBeVisible();
    await replay.press('ArrowRight');
    await expect(rowOf(page, number + 1)).toBeVisible();
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
  const first = await seek(page, 0.1);
  for (const share of [0.3, 0.4, 0.5, 0.6]) await seek(page, share);
  const last = await seek(page, 0.7);
  expect(asked).toBe(1);
  await letGo();
  await expect(rowOf(page, last)).toBeVisible();
  await expect(rowOf(page, first)).toBeHidden();
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
  const replay = replayOf(page);
  await replay.press('Home');
  await replay.press('PageUp');
  await expect(rowOf(page, 50)).toBeVisible();
  expect(refused).toBeGreaterThan(1);
});

test('a slider that is dragged ends where it rests, whichever answer comes last', async ({ page, servers }) => {
  await openLarge(page, servers);
  const letGo = await jumpLate(page);
  await jump(page, 3_999);
  await expect(rowOf(page, 4_000)).toBeVisible();
  await expect(busyIn(page)).toHaveCount(0);
  await letGo(4_000);
});

test('who goes back to the newest events stays there, though a jump is still to be answered', async ({
  page,
  servers,
}) => {
  await openLarge(page, servers);
  await jump(page, 2_499);
  await expect(rowOf(page, 2_500)).toBeVisible();
  const letGo = await jumpLate(page);
  await page.getByRole('button', { name: 'Follow' }).click();
  await letGo(6_000);
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
  await expect(pillOf(page)).toBeHidden();
  const waits = askedAt.slice(1, 3).map((at, index) => at - (askedAt[index] ?? 0));
  for (const waitMs of waits) expect(waitMs).toBeGreaterThan(2_500);
  expect(waits).toHaveLength(2);
});

test('of what is typed on and on only the last is looked for to its end', async ({ page, servers }) => {
  await openLarge(page, servers);
  const first = /\/events\?.*q=m12$/;
  // It is never answered.
  await page.route(first, () => undefined);
  const asked = page.waitForRequest(first);
  const calledOff = page.waitForEvent('requestfailed', (request) => first.test(request.url()));
  const field = timelineOf(page).getByLabel('Filter the timeline by text');
  await field.fill('m12');
  await asked;
  await field.fill('m1234');
  await expect(rowOf(page, 1_234)).toBeVisible();
  expect((await calledOff).failure()?.errorText).toBe('net::ERR_ABORTED');
});
