import type { Page } from '@playwright/test';
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
  const history = await (
    await page.request.get(`${server.address}/v1/investigation/${investigation.incidentId}/events?limit=1000`)
  ).json();
  const stored = history.items.map(({ seq }: { seq: number }) => seq);
  expect(stored).toHaveLength(1 + BEFORE + DURING);
  expect(await readTimeline(page)).toEqual(stored);
});
