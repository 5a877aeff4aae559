import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type AppDeps, createApp } from '../app.ts';
import { createAgentKeys } from '../auth/agent-keys.ts';
import { createSessions } from '../auth/sessions.ts';
import { createTokens } from '../auth/tokens.ts';
import { alone } from '../cluster/neighbours.ts';
import { type Limits, usualLimits } from '../limits.ts';
import { openEmbeddedLog } from '../log/embedded-log.ts';
import type { EventLog } from '../log/event-log.ts';
import { createMeters } from '../metrics/meters.ts';
import { createServices } from '../services.ts';
import { AGENT_KEY, JWT_SECRET, OTHER_AGENT_KEY, OTHER_TENANT, TENANT } from './people.ts';

/** A server in this process whose clock the test moves; reached over real sockets all the same. */
export const startInProcess = async (
  limits: Partial<Limits> = {},
  options: Pick<AppDeps, 'proxyLimits'> & {
    upstream?: { relayUrl: string; apiUrl: string };
    trustedProxies?: readonly string[];
    /** Where it listens; 127.0.0.1 where absent. */
    host?: string;
    /** People sign in by one click. */
    demo?: boolean;
    /** What the server takes for its log, where it is not to be a good one. */
    logAs?: (log: EventLog) => EventLog;
  } = {},
) => {
  const { upstream, demo = false, logAs = (log) => log, ...rest } = options;
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const elapsed = (): number => performance.now() + ahead;
  const dataDir = await mkdtemp(join(tmpdir(), 'causeflow-server-'));
  const logger = pino({ level: 'silent' });
  const meters = createMeters();
  const storage = await openEmbeddedLog({ dataDir, now, meters });
  const tokens = createTokens({ mode: 'secret', secret: JWT_SECRET });
  const log = logAs(storage.log);
  const services = await createServices({ log, state: storage.state, archive: null, logger, now });
  const app = await createApp({
    config: {
      host: options.host ?? '127.0.0.1',
      port: 0,
      dataDir,
      signIn: { mode: 'secret', secret: JWT_SECRET },
      agentKeys: [],
      upstream: upstream ? { relayUrl: new URL(upstream.relayUrl), apiUrl: new URL(upstream.apiUrl) } : null,
      nats: null,
      allowedOrigins: [],
      trustedProxies: options.trustedProxies ?? [],
      demo: false,
      logLevel: 'silent',
      limits: { ...usualLimits(), requestsPerMinute: 100_000, publishesPerSecond: 1_000_000, ...limits },
    },
    logger,
    now,
    elapsed,
    version: 'test',
    sessions: createSessions(storage.state, tokens),
    tokens,
    agentKeys: createAgentKeys([
      { key: AGENT_KEY, tenantId: TENANT },
      { key: OTHER_AGENT_KEY, tenantId: OTHER_TENANT },
    ]),
    demoSecret: demo ? JWT_SECRET : null,
    state: storage.state,
    neighbours: alone,
    embedded: upstream === undefined ? { log, services } : null,
    lab: () => null,
    ...rest,
    meters,
  });
  const { address, relayUrl } = await app.listen();
  return {
    address,
    relayUrl,
    log: storage.log,
    /** Asks as if from another machine, which no test on loopback is. */
    askFrom: (remoteAddress: string, path: string, headers: Record<string, string>, body: Record<string, unknown>) =>
      app.server.inject({ method: 'POST', url: path, remoteAddress, headers, payload: body }),
    /** Every address that the server knows, as `METHOD path`. */
    routes: (): readonly string[] => readRoutes(app.server.printRoutes({ commonPrefix: false })),
    now,
    /** Ends the plan if its time is over, as the server does every second. */
    expire: (remediationId: string): Promise<void> => services.decisions.expire(TENANT, remediationId),
    /** Moves the clocks forward. */
    pass(milliseconds: number): void {
      ahead += milliseconds;
    },
    async stop(): Promise<void> {
      await app.close();
      await services.close();
      await storage.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

/** `METHOD path` of all that a router prints as a tree, but for HEAD, which comes with every GET. */
const readRoutes = (tree: string): string[] => {
  const path: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods] = /^([│ ]*)[├└]── (\S+)(?: \(([^)]*)\))?/.exec(line) ?? [];
    if (part === '') return [];
    path.splice(indent.length / 4, path.length, part);
    const names = methods === undefined ? [] : methods.split(', ');
    return names.filter((name) => name !== 'HEAD').map((name) => `${name} ${path.join('')}`);
  });
};

export type InProcess = Awaited<ReturnType<typeof startInProcess>>;
