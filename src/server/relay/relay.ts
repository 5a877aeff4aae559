import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ApiErrorCode } from '../../protocol/errors.ts';
import type { Refusals } from '../audit/refusals.ts';
import type { AgentKeys } from '../auth/agent-keys.ts';
import type { Principal } from '../auth/principal.ts';
import { TokenRefused, type Tokens } from '../auth/tokens.ts';
import { type Neighbours, REPEAT_MS } from '../cluster/neighbours.ts';
import { createOthersCounts } from '../cluster/others-counts.ts';
import { closeAll } from '../http/close-all.ts';
import { nameUpgrades, openWebSocket, refuseBadHandshakes, refuseUpgrade } from '../http/refuse-upgrade.ts';
import { requestIdOf } from '../http/request-id.ts';
import type { Publisher } from '../incidents/publisher.ts';
import type { Records } from '../incidents/records.ts';
import type { Limits } from '../limits.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Meters } from '../metrics/meters.ts';
import { type Connection, createConnection } from './connection.ts';
import type { Hub } from './hub.ts';
import { createConnectionRoom, createSharedRateLimit, type LimitName } from './limits.ts';
import { createPresence } from './presence.ts';
import type { ReaderShare } from './share.ts';
import { type RelayStats, sumStats } from './stats.ts';
import { createTurns } from './turns.ts';

/** How far a key may be ahead of its rate: what it publishes in one burst. */
const BURST_SECONDS = 2;
const RETRY_AFTER_S = 5;
/** A crowd that comes back at once is let in a few at a time, so that who is in already is served meanwhile. */
const UPGRADES_PER_TURN = 16;
/** How often the clocks of all connections are looked at; the heartbeat's and the token's precision. */
const CHECK_EVERY_MS = 1_000;

export type RelayDeps = {
  log: EventLog;
  neighbours: Neighbours;
  hub: Hub;
  records: Records;
  publisher: Publisher;
  tokens: Tokens;
  agentKeys: AgentKeys;
  refusals: Refusals;
  logger: Logger;
  openRpc: () => unknown;
  now: () => number;
  /** Milliseconds on a clock that nobody sets, for everything that is a length of time. */
  elapsed: () => number;
  limits: Limits;
  /** The memory that readers may take up. */
  share: ReaderShare;
  meters: Meters;
  /** Where a client is, also behind a proxy. */
  clientOf: (request: IncomingMessage) => string;
  /** A limit was reached. */
  onLimit: (name: LimitName) => void;
};

export type Relay = ReturnType<typeof createRelay>;

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const NO_ROOM = {
  tenant_connections: 'The tenant has too many connections.',
  address_connections: 'There are too many connections from this address.',
} as const;

/** The relay at `/v1/connect`: lets people in by token and agents by key, and keeps their connections. */
export const createRelay = (deps: RelayDeps) => {
  /** Each with how much was written to it. */
  const connections = new Map<Connection, () => number>();
  let isClosing = false;
  const presence = createPresence(deps.neighbours);
  const othersTakers = createOthersCounts(deps.neighbours, 'takers', deps.elapsed);
  const { limits } = deps;
  const publishRate = createSharedRateLimit(
    deps.neighbours,
    'publishes',
    limits.publishesPerSecond,
    BURST_SECONDS,
    deps.elapsed,
  );
  const room = createConnectionRoom({
    perTenant: limits.connectionsPerTenant,
    perAddress: limits.connectionsPerAddress,
  });
  const options = { noServer: true, perMessageDeflate: false, clientTracking: false } as const;
  const forPeople = new WebSocketServer({ ...options, maxPayload: limits.personFrameBytes });
  const forAgents = new WebSocketServer({ ...options, maxPayload: limits.agentFrameBytes });
  const inTurn = createTurns(UPGRADES_PER_TURN);
  for (const server of [forPeople, forAgents]) {
    refuseBadHandshakes(server);
    nameUpgrades(server);
  }

  const authenticate = async (request: IncomingMessage): Promise<Principal | undefined> => {
    const key = headerOf(request, 'x-api-key');
    if (key !== undefined) return deps.agentKeys.verify(key);
    const bearer = /^Bearer\s+(\S+)$/i.exec(headerOf(request, 'authorization') ?? '')?.[1];
    if (bearer === undefined) return undefined;
    return deps.tokens.verify(bearer).catch((error: unknown) => {
      if (error instanceof TokenRefused) return undefined;
      throw error;
    });
  };

  const takers = (): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const connection of connections.keys()) {
      if (!connection.isTakingDispatches()) continue;
      const { tenantId } = connection.principal;
      counts[tenantId] = (counts[tenantId] ?? 0) + 1;
    }
    return counts;
  };
  let told = { text: '{}', at: 0 };
  const tellTakers = (): void => {
    const counts = takers();
    const text = JSON.stringify(counts);
    if (text === told.text && deps.elapsed() - told.at < REPEAT_MS) return;
    told = { text, at: deps.elapsed() };
    othersTakers.tell(counts);
  };

  const checks = setInterval(() => {
    for (const connection of connections.keys()) connection.check();
    tellTakers();
  }, CHECK_EVERY_MS);
  checks.unref();

  /** True where the upgrade was refused because there is no room for it, or nothing to connect to. */
  const isRefused = (socket: Duplex, tenantId: string, address: string): boolean => {
    const refuse = (name: LimitName, status: number, code: ApiErrorCode, message: string): boolean => {
      deps.onLimit(name);
      refuseUpgrade(socket, status, code, message, { 'Retry-After': String(RETRY_AFTER_S) });
      return true;
    };
    if (isClosing) return refuse('closing', 503, 'service_unavailable', 'The server is stopping.');
    if (deps.log.health() === 'unavailable') {
      return refuse('log_unavailable', 503, 'service_unavailable', 'The log cannot be written at the moment.');
    }
    const full = room.isFull(tenantId, address);
    return full !== undefined && refuse(full, 429, 'rate_limit_exceeded', NO_ROOM[full]);
  };

  const connectionDeps = { ...deps, presence, publishRate };

  /** Apart from the upgrade, so that nothing of the request stays for as long as the connection. */
  const keep = (
    webSocket: WebSocket,
    principal: Principal,
    address: string,
    came: { requestId: string; stream: Socket },
  ): void => {
    const connection = createConnection(webSocket, principal, connectionDeps, came);
    const sentBytes = (): number => came.stream.bytesWritten;
    connections.set(connection, sentBytes);
    const leave = room.add(principal.tenantId, address);
    webSocket.on('close', () => {
      connections.delete(connection);
      deps.meters.sentBytes += sentBytes();
      leave();
    });
  };

  return {
    async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
      await new Promise<void>(inTurn);
      const principal = await authenticate(request);
      if (principal === undefined) {
        return refuseUpgrade(socket, 401, 'unauthorized', 'A valid token or agent key is required.');
      }
      const tenantId = headerOf(request, 'x-tenant-id');
      if (tenantId !== undefined && tenantId !== principal.tenantId) {
        deps.refusals.record(principal, { what: 'GET /v1/connect', reason: 'tenant' });
        return refuseUpgrade(socket, 403, 'forbidden', 'The token belongs to another tenant.');
      }
      const address = deps.clientOf(request);
      if (isRefused(socket, principal.tenantId, address)) return;
      const server = principal.kind === 'agent' ? forAgents : forPeople;
      const came = { requestId: requestIdOf(request), stream: request.socket };
      openWebSocket(server, [request, socket, head], (webSocket) => keep(webSocket, principal, address, came));
    },
    connections: (): number => connections.size,
    /** How many agents of the tenant are waiting for investigations, on this node and the others. */
    takers: (tenantId: string): number => (takers()[tenantId] ?? 0) + othersTakers.of(tenantId),
    stats(): RelayStats {
      const open = [...connections.values()].reduce((sum, sentBytes) => sum + sentBytes(), 0);
      return sumStats(
        [...connections.keys()].map((connection) => connection.stats()),
        deps.meters.sentBytes + open,
      );
    },
    /** Tells everybody to come back, and takes nobody in any more. Resolves when all connections have ended. */
    close(): Promise<void> {
      isClosing = true;
      clearInterval(checks);
      return closeAll([...connections.keys()]);
    },
  };
};
