import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import pretty from 'pino-pretty';
import { isOver } from '../protocol/values.ts';
import { createApp } from './app.ts';
import { createAgentKeys } from './auth/agent-keys.ts';
import { DEMO_TENANT, demoSecret } from './auth/demo.ts';
import { createSessions } from './auth/sessions.ts';
import { createTokens, createUpstreamTokens, type Tokens } from './auth/tokens.ts';
import type { Config } from './config.ts';
import { openWaitingRoom } from './http/waiting-room.ts';
import { type Lab, startLab } from './lab-process.ts';
import type { StateStore } from './log/state-store.ts';
import { createMeters } from './metrics/meters.ts';
import { createServices } from './services.ts';
import { listenProblem } from './start-problem.ts';
import { openStorage } from './storage.ts';
import { readVersion } from './version.ts';

/** Whoever asks a process to stop kills it after ten seconds. */
const STOP_WITHIN_MS = 9_500;
/** What has not closed by then (a call to somebody who doesn't answer) ends with the process. */
const CLOSE_WITHIN_MS = 4_000;

export type RunOptions = {
  /** Serves the dashboard from its sources instead of from the build. */
  attachClient?: (app: FastifyInstance) => Promise<void>;
};

const createLogger = (level: string) =>
  process.stdout.isTTY
    ? pino({ level }, pretty({ colorize: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss', sync: true }))
    : pino({ level });

const openTokens = async (config: Config, state: StateStore): Promise<{ tokens: Tokens; secret: string | null }> => {
  const { signIn } = config;
  if (signIn.mode === 'upstream') return { tokens: createUpstreamTokens(), secret: null };
  if (signIn.mode !== 'demo') return { tokens: createTokens(signIn), secret: null };
  const secret = await demoSecret(state);
  return { tokens: createTokens({ mode: 'secret', secret }), secret };
};

/** The first start shows the fault that is easiest to follow; later ones any, and none beside an incident that is open. */
const firstFaultOf = (incidents: readonly { status: string }[]): string => {
  if (incidents.length === 0) return 'index';
  return incidents.every(({ status }) => isOver(status)) ? 'surprise' : '';
};

/** Opens what the configuration names, listens, and goes on until a signal asks it to stop. */
export const run = async (config: Config, options: RunOptions): Promise<void> => {
  const logger = createLogger(config.logLevel);
  const now = Date.now;
  const meters = createMeters();
  const room = await openWaitingRoom(config.host, config.port).catch((error: unknown) => {
    throw listenProblem(error, config);
  });
  const storage = await openStorage(config, meters, logger);
  const { tokens, secret } = await openTokens(config, storage.state);
  const labKey = `cflo_${randomBytes(24).toString('base64url')}`;
  const services =
    config.upstream === null
      ? await createServices({ log: storage.log, state: storage.state, archive: storage.archive, logger, now })
      : null;
  let lab: Lab | null = null;
  const hasLab = config.demo && services !== null;
  const app = await createApp({
    config: { ...config, port: room.port, demo: hasLab },
    logger,
    now,
    elapsed: () => performance.now(),
    version: readVersion(),
    sessions: createSessions(storage.state, tokens, storage.neighbours),
    tokens,
    agentKeys: createAgentKeys([...config.agentKeys, ...(hasLab ? [{ key: labKey, tenantId: DEMO_TENANT }] : [])]),
    demoSecret: secret,
    state: storage.state,
    neighbours: storage.neighbours,
    embedded: services === null ? null : { log: storage.log, services },
    lab: () => lab,
    meters,
    ...(options.attachClient === undefined ? {} : { attachClient: options.attachClient }),
  });
  // Before anybody is told that it runs: who hears that may stop it at once.
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    // A thread that the kernel holds in a write keeps even exit() waiting.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), STOP_WITHIN_MS).unref();
    await Promise.race([Promise.all([lab?.stop(), app.close()]), wait(CLOSE_WITHIN_MS)]);
    await services?.close();
    const code = await storage.close().then(
      () => 0,
      (error: unknown) => {
        logger.fatal({ err: error }, 'the log was not flushed; what was not acknowledged may be missing');
        return 1;
      },
    );
    process.exit(code);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());

  await room.leave();
  const { address, relayUrl } = await app.listen().catch((error: unknown) => {
    throw listenProblem(error, config);
  });
  process.stdout.write(`CauseFlow Live is on ${address}\n`);
  if (hasLab && services !== null) {
    lab = startLab({
      relayUrl,
      apiKey: labKey,
      dataDir: resolve(config.dataDir),
      environment: process.env,
      firstFault: firstFaultOf(services.records.incidents(DEMO_TENANT)),
      logger,
    });
  }
};
