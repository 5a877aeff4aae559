import { type Browser, openBrowser } from './browser.ts';
import { type FakeUpstream, startFakeUpstream } from './fake-upstream.ts';
import { admin } from './people.ts';
import { type ServerProcess, startServer } from './server-process.ts';

export type BeforeUpstream = {
  upstream: FakeUpstream;
  server: ServerProcess;
  /** Signed in with `token`. */
  browser: Browser;
  token: string;
  stop(): Promise<void>;
};

/** A server before a relay and an API elsewhere, and somebody who is signed in to it. */
export const startBeforeUpstream = async (): Promise<BeforeUpstream> => {
  const upstream = await startFakeUpstream();
  const server = await startServer({
    env: { RELAY_URL: upstream.relayUrl, API_URL: upstream.apiUrl, JWT_SECRET: undefined, AGENT_API_KEYS: undefined },
  });
  const token = await admin();
  const browser = openBrowser(server.address);
  await browser.signIn(token);
  return {
    upstream,
    server,
    browser,
    token,
    async stop() {
      await server.stop();
      await upstream.stop();
    },
  };
};
