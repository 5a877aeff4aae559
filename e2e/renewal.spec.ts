import { expiringIn } from '../src/server/testing/people.ts';
import { connection, expect, test } from './support/fixtures.ts';

const HOURS_MS = 3_600_000;

test('the demo’s sign-in is renewed by itself, and the connection goes on', async ({ page, servers }) => {
  const server = await servers.plain({ JWT_SECRET: undefined, AGENT_API_KEYS: undefined });
  const greetings: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      const text = payload.toString();
      if (text.includes('"connected"')) greetings.push(text);
    }),
  );
  await page.clock.install();
  await page.goto(server.address);
  await page.getByRole('button', { name: 'Continue as admin' }).click();
  await expect(connection(page)).toHaveText(/^Live/);
  const renewed = page.waitForResponse((response) => response.url().endsWith('/auth/renew'));
  await page.clock.fastForward(12 * HOURS_MS - 4 * 60_000);
  expect((await renewed).status()).toBe(200);
  await expect(connection(page)).toHaveText(/^Live/);
  await expect(page.getByRole('status', { name: 'Sign-in' })).toBeHidden();
  expect(greetings).toHaveLength(1);
});

test('who brings a token is asked for a new one in time, and stays connected with it', async ({ page, servers }) => {
  const server = await servers.plain();
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  await page.clock.install();
  await page.goto(server.address);
  await page.getByLabel('Access token').fill(await expiringIn(3_600));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(connection(page)).toHaveText(/^Live/);
  const notice = page.getByRole('status', { name: 'Sign-in' });
  await expect(notice).toBeHidden();
  await page.clock.fastForward(HOURS_MS - 4 * 60_000);
  await expect(notice).toContainText('Your sign-in ends');

  await page.getByRole('button', { name: 'Renew sign-in' }).click();
  const dialog = page.getByRole('dialog', { name: 'Renew sign-in' });
  await dialog.getByLabel('Access token').fill('not a token');
  await dialog.getByRole('button', { name: 'Renew' }).click();
  await expect(dialog).toContainText('was not accepted');
  await dialog.getByLabel('Access token').fill(await expiringIn(2 * 3_600));
  await dialog.getByRole('button', { name: 'Renew' }).click();
  await expect(dialog).toBeHidden();
  await expect(notice).toBeHidden();
  await expect(connection(page)).toHaveText(/^Live/);
  expect(sockets).toHaveLength(1);
});
