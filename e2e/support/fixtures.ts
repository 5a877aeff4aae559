import { test as base, expect, type Page } from '@playwright/test';
import { type Agent, connectAgent } from '../../src/agent/connect.ts';
import { AGENT_KEY } from '../../src/server/testing/people.ts';
import { type ServerProcess, startServer } from '../../src/server/testing/server-process.ts';
import { enter } from './fixed-pages.ts';
import { investigate } from './investigation.ts';

/** Set by us for a server that people sign in to with one click, and with the lab where asked for. */
const DEMO = { JWT_SECRET: undefined, AGENT_API_KEYS: undefined, DEMO: '1' };

export type Servers = {
  /** One without a lab for all tests that keep to incidents of their own: to start one takes longer than most of them. */
  shared(): Promise<ServerProcess>;
  /** A server without a lab, whose people bring tokens. */
  plain(env?: Record<string, string | undefined>): Promise<ServerProcess>;
  /** The demo with its lab, quick enough for a test. */
  demo(env?: Record<string, string | undefined>): Promise<ServerProcess>;
  /** An agent on a plain server. */
  agent(server: ServerProcess): Agent;
};

const start = (env: Record<string, string | undefined>): Promise<ServerProcess> =>
  startServer({ env: { LOG_LEVEL: 'warn', ...env } });

/** One of the test's own on the shared server, with an agent at work. */
export type Incident = Awaited<ReturnType<typeof investigate>> & {
  server: ServerProcess;
  agent: Agent;
  /** Signs in and opens its page, in a tab of its own where one is given. */
  open(role?: 'admin' | 'member', tab?: Page): Promise<void>;
};

type WorkerFixtures = { sharedServer: () => Promise<ServerProcess> };

export const test = base.extend<{ servers: Servers; incident: Incident; quietConsole: undefined }, WorkerFixtures>({
  sharedServer: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright finds a fixture's needs by its destructured argument.
    async ({}, use) => {
      let server: Promise<ServerProcess> | undefined;
      await use(() => {
        server ??= start({});
        return server;
      });
      await (await server)?.stop();
    },
    { scope: 'worker' },
  ],
  servers: async ({ sharedServer }, use) => {
    const started: ServerProcess[] = [];
    const agents: Agent[] = [];
    const startOwn = async (env: Record<string, string | undefined>): Promise<ServerProcess> => {
      const server = await start(env);
      started.push(server);
      return server;
    };
    await use({
      shared: sharedServer,
      plain: (env = {}) => startOwn(env),
      demo: (env = {}) => startOwn({ ...DEMO, LAB_PACE: '0.15', ...env }),
      agent: (server) => {
        const agent = connectAgent({ url: `ws://127.0.0.1:${server.port}/v1/connect`, apiKey: AGENT_KEY });
        agents.push(agent);
        return agent;
      },
    });
    await Promise.all(agents.map((agent) => agent.close()));
    await Promise.all(started.map((server) => server.stop()));
  },
  incident: async ({ page, servers }, use) => {
    const server = await servers.shared();
    const agent = servers.agent(server);
    const investigation = await investigate(agent, 'Checkout is slow');
    const open: Incident['open'] = (role = 'admin', tab = page) =>
      signInWithToken(tab, server, role, `/incidents/${investigation.incidentId}`);
    await use({ ...investigation, server, agent, open });
  },
  /** Fails a test whose page said anything on the console; those that cut the connection leave it out. */
  quietConsole: async ({ page }, use) => {
    const said: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') said.push(message.text());
    });
    page.on('pageerror', (error) => said.push(error.message));
    await use(undefined);
    expect(said).toEqual([]);
  },
});

export { expect };

/** Signs in without the form, and opens the address. */
export const signInWithToken = async (page: Page, server: ServerProcess, role: 'admin' | 'member', path = '/') => {
  await enter(page, { server }, role);
  await page.goto(`${server.address}${path}`);
};

export const connection = (page: Page) => page.getByRole('status', { name: 'Connection' });
