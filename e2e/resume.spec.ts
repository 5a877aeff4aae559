import type { Page } from '@playwright/test';
import { startFaultProxy } from '../src/server/testing/fault-proxy.ts';
import { connection, expect, signInWithToken, test } from './support/fixtures.ts';
import { investigate } from './support/investigation.ts';

const BEFORE = 40;
const DURING = 60;

/** All the seqs that the timeline shows, from its start to its end, however little of it is in the DOM at a time. */
const readTimeline = async (page: Page): Promise<number[]> =>
  page.getByRole('region', { name: 'Timeline' }).evaluate(async (region) => {
    const scroller = [region, ...region.querySelectorAll<HTMLElement>('*')].find(
      (element) =>
        element.scrollHeight > element.clientHeight + 4 && /auto|scroll/.test(getComputedStyle(element).overflowY),
    );
    const seen = new Map<string, number>();
    const collect = (): void => {
      for (const item of region.querySelectorAll<HTMLElement>('[data-event-id]')) {
        seen.set(item.dataset.eventId ?? '', Number(item.dataset.seq));
      }
    };
    const frame = (): Promise<void> =>
      new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
    if (scroller !== undefined) {
      scroller.scrollTop = 0;
      for (let at = -1; at !== scroller.scrollTop; ) {
        at = scroller.scrollTop;
        await frame();
        collect();
        scroller.scrollTop = at + scroller.clientHeight / 2;
        await frame();
      }
    }
    collect();
    return [...seen.values()].sort((a, b) => a - b);
  });

/** The seqs that are stored, which are those that the timeline has to show. */
const storedSeqs = async (page: Page, address: string, incidentId: string): Promise<number[]> => {
  const history = await page.request.get(`${address}/v1/investigation/${incidentId}/events?limit=1000`);
  const { items }: { items: { seq: number }[] } = await history.json();
  return items.map(({ seq }) => seq);
};

test('the relay is killed with -9 in the middle and restarted: the page resumes, and every event is there once', async ({
  page,
  servers,
}) => {
  test.setTimeout(120_000);
  const server = await servers.plain();
  const agent = servers.agent(server);
  const investigation = await investigate(agent, 'Checkout is slow');
  for (let index = 0; index < BEFORE; index += 1) await investigation.progress(`before ${index}`);
  await signInWithToken(page, server, 'admin', `/incidents/${investigation.incidentId}`);
  await expect(page.getByText(`before ${BEFORE - 1}`)).toBeVisible();

  const during = (async () => {
    for (let index = 0; index < DURING; index += 1) await investigation.progress(`during ${index}`);
  })();
  await server.kill('SIGKILL');
  await expect(connection(page)).toHaveText(/^(Reconnecting|Connecting|Offline)/);
  await server.restart();
  await during;

  await expect(connection(page)).toHaveText(/^Live/, { timeout: 30_000 });
  await expect(page.getByText(`during ${DURING - 1}`)).toBeVisible({ timeout: 30_000 });
  const stored = await storedSeqs(page, server.address, investigation.incidentId);
  expect(stored).toHaveLength(1 + BEFORE + DURING);
  await expect.poll(() => readTimeline(page)).toEqual(stored);
});

test('the network breaks off again and again, at any byte: the page shows every event once', async ({
  page,
  servers,
}) => {
  test.setTimeout(120_000);
  let port = 0;
  const network = await startFaultProxy(() => port);
  const address = `http://127.0.0.1:${network.port}`;
  const server = await servers.plain({ ALLOWED_ORIGINS: address });
  port = server.port;
  const investigation = await investigate(servers.agent(server), 'Checkout is slow');
  await signInWithToken(page, { ...server, address }, 'admin', `/incidents/${investigation.incidentId}`);
  await expect(connection(page)).toHaveText(/^Live/);

  const cuts = Array.from({ length: 5 }, () => 1 + Math.floor(Math.random() * 700));
  for (const bytes of cuts) {
    network.cutAfterBytes(bytes);
    for (let index = 0; index < 4; index += 1) await investigation.progress(`cut after ${bytes} bytes, ${index}`);
    await expect(connection(page)).not.toHaveText(/^Live/);
    network.cutAfterBytes(undefined);
    await expect(connection(page)).toHaveText(/^Live/, { timeout: 30_000 });
  }
  await investigation.progress('the last one');
  await expect(page.getByText('the last one')).toBeVisible();
  const stored = await storedSeqs(page, address, investigation.incidentId);
  expect(stored).toHaveLength(2 + 4 * cuts.length);
  await expect.poll(() => readTimeline(page), { message: `cut after ${cuts.join(', ')} bytes` }).toEqual(stored);
  await network.close();
});
