import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connection, expect, test } from './support/fixtures.ts';
import { installPacked, type Packed } from './support/packed.ts';

const run = promisify(execFile);
const KEY = 'cflo_packed';

let packed: Packed;
test.beforeAll(async () => {
  packed = await installPacked();
});
test.afterAll(() => packed.remove());

/** Nothing of the surroundings, as in a new terminal. */
const environment = { PATH: process.env.PATH, AGENT_API_KEYS: `${KEY}:ten_demo` };

const start = (args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [packed.command, ...args], {
    cwd: packed.folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

const addressOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, address] = /CauseFlow Live is on (\S+)/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.once('close', () => reject(new Error(`The packed server did not start: ${said}`)));
  });

const command = (...args: string[]) => run(process.execPath, [packed.command, ...args], { cwd: packed.folder });

test('the packed command says what it can do, and what it cannot', async () => {
  expect((await command('--help')).stdout).toMatch(
    /^Usage: causeflow-live [\s\S]*--port[\s\S]*--data-dir[\s\S]*--demo/,
  );
  expect((await command('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  for (const [wrong, why] of [
    [['--prot', '1'], /'--prot'/],
    [['--port'], /'--port/],
    [['--port', 'http'], /^causeflow-live: PORT must be a port/],
    [['more'], /'more'/],
  ] as const) {
    const refused = await command(...wrong).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^causeflow-live: [^\n]+\n$/) });
    expect(refused).toMatchObject({ stderr: expect.stringMatching(why) });
  }
});

test('from an empty folder the package starts the whole thing, without a package for developing', async ({ page }) => {
  const child = start(['--port', '0', '--data-dir', 'kept', '--demo']);
  const ended = once(child, 'close');
  try {
    const address = await addressOf(child);
    await page.goto(address);
    await page.getByRole('button', { name: 'Continue as admin' }).click();
    await expect(connection(page)).toHaveText(/^Live/);
    await expect.poll(async () => (await page.request.get(`${address}/lab/status`)).status()).toBe(200);

    // The SDK for agents is in the package too.
    await writeFile(
      join(packed.folder, 'agent.mjs'),
      `import { connectAgent } from 'causeflow-live/agent';
       const agent = connectAgent({ url: '${address.replace('http', 'ws')}/v1/connect', apiKey: '${KEY}' });
       await agent.openIncident({ title: 'Told from a package', severity: 'low' });
       await agent.close();`,
    );
    await run(process.execPath, ['agent.mjs'], { cwd: packed.folder });
    await page.getByRole('link', { name: 'Incidents', exact: true }).click();
    await expect(page.getByRole('main').getByText('Told from a package')).toBeVisible();
  } finally {
    child.kill('SIGTERM');
  }
  expect(await ended).toEqual([0, null]);
  expect((await readdir(packed.folder)).sort()).toEqual(['agent.mjs', 'kept', 'node_modules']);
});
