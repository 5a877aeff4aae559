import type { Page } from '@playwright/test';
import { admin, member } from '../../src/server/testing/people.ts';
import { type ServerProcess, startServer } from '../../src/server/testing/server-process.ts';
import { type DocumentedAnswers, startDocumentedServer } from './documented-server.ts';
import { fixedTenant, NOW } from './fixed-tenant.ts';

export type Look = { theme: 'dark' | 'light'; width: number; height?: number };

export type FixedServer = {
  server: ServerProcess;
  upstream: Awaited<ReturnType<typeof startDocumentedServer>>;
  stop(): Promise<void>;
};

/** The dashboard's server in front of a documented API that always answers the same. */
export const startFixedServer = async (answers: DocumentedAnswers = fixedTenant()): Promise<FixedServer> => {
  const upstream = await startDocumentedServer(answers);
  const env = { RELAY_URL: upstream.relayUrl, API_URL: upstream.apiUrl, AGENT_API_KEYS: undefined, LOG_LEVEL: 'error' };
  const server = await startServer({ env });
  return {
    server,
    upstream,
    stop: async () => {
      await server.stop();
      await upstream.stop();
    },
  };
};

/** What this browser has remembered before the page opens. */
export const remember = (page: Page, settings: Record<string, unknown>): Promise<unknown> =>
  page.addInitScript((text) => localStorage.setItem('causeflow.settings', text), JSON.stringify(settings));

/** Signs in without the form. */
export const enter = async (
  page: Page,
  { server }: Pick<FixedServer, 'server'>,
  role: 'admin' | 'member' = 'admin',
) => {
  const token = role === 'admin' ? await admin() : await member();
  const answer = await page.request.post(`${server.address}/auth/token`, {
    data: { token },
    headers: { origin: server.address },
  });
  if (!answer.ok()) throw new Error(`sign-in answered ${answer.status()}: ${await answer.text()}`);
};

/** A page whose clock stands still, in this theme and at this width, with what it loads all there. */
export const openFixed = async (
  page: Page,
  { server }: Pick<FixedServer, 'server'>,
  path: string,
  { theme, width, height = 900 }: Look,
) => {
  await page.clock.setFixedTime(NOW);
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.setViewportSize({ width, height });
  await page.goto(`${server.address}${path}`);
};
