import type { IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import cookie from '@fastify/cookie';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { analyticsRoutes } from './api/analytics-routes.ts';
import { auditRoutes } from './api/audit-routes.ts';
import type { ApiDeps } from './api/context.ts';
import { decisionRoomRoutes } from './api/decision-room-routes.ts';
import { registerDocs } from './api/docs.ts';
import { incidentRoutes } from './api/incident-routes.ts';
import { instructionRoutes } from './api/instruction-routes.ts';
import { investigationRoutes } from './api/investigation-routes.ts';
import { NOTIFICATION_STREAM, registerNotificationStream } from './api/notification-stream.ts';
import { openApiDocument } from './api/openapi.ts';
import { RECORD_CALLS, registerRecordRoutes } from './api/record-routes.ts';
import { remediationRoutes } from './api/remediation-routes.ts';
import { registerRoutes } from './api/route.ts';
import { snapshotRoutes } from './api/snapshot-route.ts';
import { statusRoutes } from './api/status-route.ts';
import { steeringRoutes } from './api/steering-routes.ts';
import { ApiProblem } from './api-problem.ts';
import { recordRefusals } from './audit/record-refusals.ts';
import type { AgentKeys } from './auth/agent-keys.ts';
import { registerAuthRoutes } from './auth/auth-routes.ts';
import { createCallers } from './auth/callers.ts';
import type { Sessions } from './auth/sessions.ts';
import type { Tokens } from './auth/tokens.ts';
import type { Neighbours } from './cluster/neighbours.ts';
import type { Config } from './config.ts';
import { answerBadAddress, answerBrokenHttp, handleErrors, readJsonBodies } from './http/error-handler.ts';
import { keepAnswers } from './http/idempotency.ts';
import { logRequests } from './http/log-requests.ts';
import { registerOperations } from './http/operations.ts';
import { createOrigins } from './http/origins.ts';
import { hostInUrl, loopbackOf, sourceOf } from './http/own-address.ts';
import { createProxies } from './http/proxies.ts';
import { limitRates } from './http/rate-limits.ts';
import { readYourWrites } from './http/read-your-writes.ts';
import { requestIdOf } from './http/request-id.ts';
import { refuseForeignChanges } from './http/same-origin.ts';
import { protectAnswers } from './http/security-headers.ts';
import { serveClient } from './http/static-client.ts';
import { routeUpgrades } from './http/upgrades.ts';
import type { Lab } from './lab-process.ts';
import { registerLabRoutes } from './lab-routes.ts';
import type { EventLog } from './log/event-log.ts';
import type { StateStore } from './log/state-store.ts';
import { count, type Meters } from './metrics/meters.ts';
import { proxyApi } from './proxy/api-proxy.ts';
import { type ProxyLimits, USUAL_PROXY_LIMITS } from './proxy/limits.ts';
import { createRelayProxy } from './proxy/relay-proxy.ts';
import { createSharedRateLimit, type LimitName } from './relay/limits.ts';
import { openRpcDocument } from './relay/openrpc.ts';
import { createRelay, type Relay } from './relay/relay.ts';
import { createReaderShare } from './relay/share.ts';
import type { Services } from './services.ts';

/** Bodies of the API are small; an import of a whole incident will bring its own limit. */
const MAX_BODY_BYTES = 256 * 1024;
/** An id of 128 characters, each of them as long in an address as it can be. */
const MAX_PARAM_CHARS = 128 * 9;
/** How often it is looked whether a request takes too long to come: the precision of those limits. */
const CHECK_TIMEOUTS_MS = 1_000;
/** Connections that the kernel takes in before we do: of a crowd that comes back at once the rest would try again in a second. */
const BACKLOG = 4_096;
/** How long requests may go on when the server stops. */
const DRAIN_WITHIN_MS = 2_000;
const CLIENT_ROOT = fileURLToPath(new URL('../client', import.meta.url));

export type AppDeps = {
  config: Config;
  logger: Logger;
  now: () => number;
  /** Milliseconds on a clock that nobody sets. */
  elapsed: () => number;
  version: string;
  sessions: Sessions;
  tokens: Tokens;
  agentKeys: AgentKeys;
  demoSecret: string | null;
  state: StateStore;
  neighbours: Neighbours;
  /** null where a relay and an API elsewhere are used. */
  embedded: { log: EventLog; services: Services } | null;
  lab: () => Lab | null;
  /** Other limits of the proxy than the usual ones. */
  proxyLimits?: Partial<ProxyLimits>;
  attachClient?: (app: FastifyInstance) => Promise<void>;
  meters: Meters;
};

export type App = {
  server: FastifyInstance;
  /** `relayUrl`: where the relay is for who is on this machine. */
  listen(): Promise<{ address: string; relayUrl: string }>;
  close(): Promise<void>;
};

/** One HTTP server: the dashboard, its sign-in, the proxy and, where embedded, the API and the relay. */
export const createApp = async (deps: AppDeps): Promise<App> => {
  const { config, logger, sessions, tokens, embedded, meters } = deps;
  const { limits } = config;
  const onLimit = (name: LimitName): void => count(meters.limits, name);
  // Fastify's own news, such as where it listens, are said better elsewhere.
  const baseLogger: FastifyBaseLogger = logger.child({}, { level: logger.level === 'info' ? 'warn' : logger.level });
  const proxyLimits = { ...USUAL_PROXY_LIMITS, ...deps.proxyLimits };
  let own = { address: config.host, port: config.port };
  const proxies = createProxies(config.trustedProxies, () => own.address);
  const server: FastifyInstance = fastify({
    loggerInstance: baseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestIdOf,
    bodyLimit: MAX_BODY_BYTES,
    clientErrorHandler: (error, socket) => answerBrokenHttp(error, socket, () => onLimit('request_timeout')),
    requestTimeout: limits.requestTimeoutS * 1_000,
    keepAliveTimeout: limits.keepAliveTimeoutS * 1_000,
    http: { headersTimeout: limits.headersTimeoutS * 1_000, connectionsCheckingInterval: CHECK_TIMEOUTS_MS },
    frameworkErrors: answerBadAddress,
    routerOptions: { maxParamLength: MAX_PARAM_CHARS },
    trustProxy: proxies.isTrusted,
    forceCloseConnections: 'idle',
  });
  const origins = createOrigins(config.allowedOrigins, () => ({ host: config.host, port: own.port }));
  const ownRelayUrl = (): string => `ws://${loopbackOf(own.address)}:${own.port}/v1/connect`;

  server.server.on('timeout', (socket) => {
    onLimit('keep_alive');
    socket.destroy();
  });
  logRequests(server, { logger, meters });
  handleErrors(server);
  readJsonBodies(server);
  await protectAnswers(server);
  await server.register(cookie);
  const callers = createCallers({ sessions, tokens });
  const { sessionOf } = callers;
  refuseForeignChanges(server, origins);
  if (embedded !== null) recordRefusals(server, { callers, refusals: embedded.services.refusals });

  await limitRates(server, {
    perMinute: limits.requestsPerMinute,
    callers,
    areVerified: tokens.areVerified,
    neighbours: deps.neighbours,
    elapsed: deps.elapsed,
    onLimit: () => onLimit('request_rate'),
  });
  registerAuthRoutes(server, { sessions, demoSecret: deps.demoSecret, lab: config.demo, meters });
  if (config.demo) registerLabRoutes(server, { lab: deps.lab, authenticate: sessionOf });

  const openRpc = openRpcDocument(deps.version);
  const share = createReaderShare(limits.readersMemoryMib);
  const relay: Relay | null =
    embedded === null
      ? null
      : createRelay({
          log: embedded.log,
          neighbours: deps.neighbours,
          hub: embedded.services.hub,
          records: embedded.services.records,
          publisher: embedded.services.publisher,
          tokens,
          agentKeys: deps.agentKeys,
          refusals: embedded.services.refusals,
          logger,
          openRpc: () => openRpc,
          now: deps.now,
          elapsed: deps.elapsed,
          clientOf: proxies.clientOf,
          limits,
          share,
          meters,
          onLimit,
        });
  if (embedded !== null && relay !== null) {
    const api: ApiDeps = {
      log: embedded.log,
      ...embedded.services,
      relay,
      authenticate: async (request) => (await sessionOf(request)).person,
      now: deps.now,
      version: deps.version,
    };
    readYourWrites(server, embedded.log);
    keepAnswers(server, { state: deps.state, authenticate: api.authenticate });
    const apiRoutes = [
      statusRoutes,
      incidentRoutes,
      investigationRoutes,
      snapshotRoutes,
      steeringRoutes,
      remediationRoutes,
      decisionRoomRoutes,
      instructionRoutes,
      auditRoutes,
      analyticsRoutes,
    ].flatMap((routesOf) => routesOf(api));
    registerRoutes(server, apiRoutes, api.authenticate);
    registerNotificationStream(server, {
      ...api,
      hub: embedded.services.hub,
      sessions,
      sessionOf,
      streamsPerTenant: limits.streamsPerTenant,
      share,
      elapsed: deps.elapsed,
      meters,
      onLimit: () => onLimit('tenant_streams'),
    });
    registerRecordRoutes(server, api);
    registerDocs(server, openApiDocument(deps.version, [...apiRoutes, ...RECORD_CALLS, NOTIFICATION_STREAM]));
  } else if (config.upstream !== null) {
    await proxyApi(server, {
      apiUrl: config.upstream.apiUrl,
      sessionOf,
      sessions,
      streamsPerTenant: limits.streamsPerTenant,
      onTooManyStreams: () => onLimit('tenant_streams'),
      limits: proxyLimits,
      meters,
    });
  }

  const proxy = createRelayProxy({
    sessions,
    tokens,
    origins,
    upstream: () =>
      config.upstream === null
        ? { url: new URL(ownRelayUrl()), from: sourceOf(own.address) }
        : { url: config.upstream.relayUrl, from: undefined },
    apiUrl: config.upstream?.apiUrl ?? null,
    refusals: embedded?.services.refusals ?? null,
    limits: proxyLimits,
    logger,
    clientOf: proxies.clientOf,
    maxFrameBytes: limits.personFrameBytes,
    connections: { perTenant: limits.connectionsPerTenant, perAddress: limits.connectionsPerAddress },
    onLimit,
    meters,
    share: createReaderShare(limits.readersMemoryMib),
  });
  let isStopping = false;
  registerOperations(server, {
    log: embedded?.log ?? null,
    isStopping: () => isStopping,
    metrics: {
      meters,
      relay: relay?.stats ?? null,
      browsers: proxy.browsers,
      proxyWaitingBytes: proxy.waitingBytes,
      heldBytes: share.heldBytes,
    },
  });
  const routes = { '/relay': proxy.upgrade, ...(relay === null ? {} : { '/v1/connect': relay.upgrade }) };
  const upgradeRate = createSharedRateLimit(
    deps.neighbours,
    'upgrades',
    limits.upgradesPerMinute / 60,
    60,
    deps.elapsed,
  );
  // A browser's connection goes on to our own relay from here, and counts at each of the two once.
  const isTooOften = (path: string, request: IncomingMessage): boolean => {
    const isOver = upgradeRate.take(`${path} ${proxies.clientOf(request)}`) > 0;
    if (isOver) onLimit('upgrade_rate');
    return isOver;
  };
  const isElsewhere = (path: string): boolean => deps.attachClient !== undefined && path.startsWith('/@vite/');
  routeUpgrades(server.server, routes, { isElsewhere, isTooOften, isStopping: () => isStopping, logger, meters });
  if (relay !== null) {
    server.get('/v1/connect', () => {
      throw new ApiProblem(426, 'upgrade_required', 'This address speaks WebSocket.');
    });
  }

  if (deps.attachClient === undefined) await serveClient(server, CLIENT_ROOT);
  else await deps.attachClient(server);

  return {
    server,
    async listen() {
      await server.listen({ host: config.host, port: config.port, backlog: BACKLOG });
      const bound = server.server.address();
      if (typeof bound === 'object' && bound !== null) own = bound;
      return { address: `http://${hostInUrl(config.host)}:${own.port}`, relayUrl: ownRelayUrl() };
    },
    async close() {
      // Whoever sends us traffic can see that we go until the last connection has ended.
      isStopping = true;
      await Promise.all([proxy.close(), relay?.close()]);
      // A request that has come is answered; one that is not done by then, or never came in full, is cut.
      const cut = setTimeout(() => server.server.closeAllConnections(), DRAIN_WITHIN_MS);
      await server.close();
      clearTimeout(cut);
    },
  };
};
