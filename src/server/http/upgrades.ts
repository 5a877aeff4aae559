import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { KeysUnavailable } from '../auth/jwks.ts';
import { count, type Meters } from '../metrics/meters.ts';
import { KEYS_UNAVAILABLE } from './error-handler.ts';
import { beginUpgrade, refuseUpgrade } from './refuse-upgrade.ts';
import { requestIdOf } from './request-id.ts';

/** How soon somebody whose address asks for too many connections may come back, as `Retry-After`. */
const RETRY_AFTER_S = 5;

/** Every address that opens a WebSocket; who may is in the tests' matrix for each. */
export const UPGRADE_PATHS = ['/relay', '/v1/connect'] as const;

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;

/**
 * Leads each upgrade to its address. `isElsewhere` names those that somebody else on this server takes, `isTooOften`
 * those whose sender has asked too often.
 */
export const routeUpgrades = (
  server: Server,
  routes: Readonly<Partial<Record<(typeof UPGRADE_PATHS)[number], Upgrade>>>,
  deps: {
    isElsewhere(path: string): boolean;
    isTooOften(path: string, request: IncomingMessage): boolean;
    isStopping(): boolean;
    logger: Logger;
    meters: Meters;
  },
): void => {
  const byPath = new Map<string, Upgrade>(Object.entries(routes));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const logger = deps.logger.child({ requestId: requestIdOf(request) });
    // Until somebody has taken the socket nobody else listens, and an unheard error would end the process.
    socket.on('error', (error) => logger.debug({ err: error }, 'a socket broke'));
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (deps.isElsewhere(path)) return;
    beginUpgrade(socket, request, (status, error) => {
      count(deps.meters.upgradesRefused, status);
      // Any other address may hold a secret that somebody put into it by mistake.
      logger.info({ status, error, ...(byPath.has(path) ? { path } : {}) }, 'an upgrade was refused');
    });
    if (deps.isStopping()) {
      return refuseUpgrade(socket, 503, 'service_unavailable', 'The server is shutting down.', { 'Retry-After': '5' });
    }
    const upgrade = byPath.get(path);
    if (upgrade === undefined) return refuseUpgrade(socket, 404, 'route_not_found', 'There is no such address.');
    if (deps.isTooOften(path, request)) {
      const headers = { 'Retry-After': String(RETRY_AFTER_S) };
      return refuseUpgrade(socket, 429, 'rate_limit_exceeded', 'Too many connections are asked for.', headers);
    }
    upgrade(request, socket, head).catch((error: unknown) => {
      if (error instanceof KeysUnavailable) {
        return refuseUpgrade(socket, 503, 'service_unavailable', KEYS_UNAVAILABLE, { 'Retry-After': '5' });
      }
      logger.error({ err: error }, 'an upgrade failed');
      refuseUpgrade(socket, 500, 'internal_error', 'Something went wrong on our side.');
    });
  });
};
