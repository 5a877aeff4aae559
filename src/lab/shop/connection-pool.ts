import { Agent, type AgentOptions } from 'node:https';
import { Refusal } from '../runtime/http-server.ts';
import type { Service } from './service.ts';

/** One kept TLS connection to the provider, used by one request at a time. */
export type Connection = { agent: Agent; generation: number };
type Waiting = { resolve: (connection: Connection) => void; since: number };

/** A pool of TLS connections: at most `size` are in use, the others wait for one that long. */
export const createConnectionPool = (
  { name, metrics, log }: Pick<Service, 'name' | 'metrics' | 'log'>,
  options: { pool: string; size: () => number; waitAtMostMs: () => number; tls: () => AgentOptions },
) => {
  const { pool, size, waitAtMostMs, tls } = options;
  let idle: Connection[] = [];
  let inUse = 0;
  let generation = 0;
  let waiting: Waiting[] = [];
  const labels = { service: name, pool };
  const observeWait = metrics.histogram('pool_wait_seconds', 'Time waited for a connection.');
  metrics.gauge('pool_size', 'Connections at most.', () => [[labels, size()]]);
  metrics.gauge('pool_in_use', 'Connections that are taken.', () => [[labels, inUse]]);
  metrics.gauge('pool_waiting', 'Waiting for a connection.', () => [[labels, waiting.length]]);

  const take = (): Connection | undefined => {
    if (inUse >= size()) return undefined;
    inUse += 1;
    return (
      idle.pop() ?? { agent: new Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 0, ...tls() }), generation }
    );
  };
  const serveWaiting = (): void => {
    while (waiting.length > 0) {
      const connection = take();
      if (connection === undefined) return;
      waiting.shift()?.resolve(connection);
    }
  };

  return {
    acquire: (traceId: string): Promise<Connection> => {
      const began = performance.now();
      const observe = <T>(result: T): T => {
        observeWait(labels, (performance.now() - began) / 1000);
        return result;
      };
      const connection = take();
      if (connection !== undefined) return Promise.resolve(observe(connection));
      return new Promise((resolve, reject) => {
        const entry: Waiting = {
          since: began,
          resolve: (given) => {
            clearTimeout(timer);
            resolve(observe(given));
          },
        };
        const timer = setTimeout(() => {
          waiting = waiting.filter((other) => other !== entry);
          const says = `no connection of pool ${pool} became free within ${waitAtMostMs()} ms (${inUse} of ${size()} in use)`;
          log('error', 'pool exhausted', { pool, inUse, size: size(), waiting: waiting.length, traceId });
          reject(observe(new Refusal(503, { error: says })));
        }, waitAtMostMs());
        waiting.push(entry);
      });
    },
    release: (connection: Connection): void => {
      inUse -= 1;
      // In use when the certificates changed it would go on with the old ones, before all others.
      if (connection.generation === generation) idle.push(connection);
      else connection.agent.destroy();
      serveWaiting();
    },
    /** After the size or the certificates have changed. */
    renew: (): void => {
      generation += 1;
      for (const { agent } of idle) agent.destroy();
      idle = [];
      serveWaiting();
    },
    state: () => ({ pool, size: size(), inUse, waiting: waiting.length }),
  };
};
