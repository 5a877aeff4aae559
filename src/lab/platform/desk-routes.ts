import { fieldsOf } from '../runtime/fields.ts';
import type { Routes } from '../runtime/http-server.ts';
import type { Acts } from './acts.ts';
import type { Authority } from './certificates.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Configuration } from './configuration.ts';
import type { Supervisor } from './supervisor.ts';

export type DeskOptions = {
  memoryLimitBytes: number;
  acts: Acts;
  supervisor: Supervisor;
  configuration: Configuration;
  authority: Authority;
  feed: ChangeFeed;
};

const DEFAULT_MESSAGES = 20;
const MOST_MESSAGES = 100;

/** What can be read of how the shop is run. */
export const createDeskRoutes = ({
  memoryLimitBytes,
  acts,
  supervisor,
  configuration,
  authority,
  feed,
}: DeskOptions): Routes => {
  const listOf = async (service: string, method: string): Promise<unknown[]> => {
    const list = await supervisor.call(service, method).catch((): unknown => []);
    return Array.isArray(list) ? list : [];
  };
  const withService = (service: string, list: readonly unknown[]): object[] =>
    list.map((one) => ({ service, ...Object(one) }));

  return {
    'GET /changes': ({ query }) => ({ body: { changes: feed.find(query) } }),
    'GET /config': ({ query }) => ({ body: { entries: configuration.shown(query.get('service')) } }),
    'GET /releases': ({ query }) => ({
      body: {
        releases: supervisor.services
          .filter(({ name }) => query.get('service') === null || name === query.get('service'))
          .map(({ name, releases }) => ({
            service: name,
            version: releases[0].version,
            deployedAt: releases[0].at,
            history: releases.map(({ version, at, author }) => ({ version, at, author })),
          })),
      },
    }),
    'GET /processes': () => ({
      body: {
        processes: supervisor.services.map(({ name, instance, status, startedAt, restarts, lastExit, usage }) => ({
          service: name,
          instance,
          status,
          startedAt,
          restarts,
          lastExit,
          rssBytes: usage.rssBytes,
          limitBytes: memoryLimitBytes,
          cpuPercent: usage.cpuPercent,
        })),
      },
    }),
    'GET /certificates': () => ({ body: { certificates: authority.list() } }),
    'GET /queues': async () => ({ body: { queues: await listOf('queue', 'queues') } }),
    'GET /queue-messages': async ({ query }) => {
      const limit = Math.min(MOST_MESSAGES, Number(query.get('limit') ?? DEFAULT_MESSAGES) || DEFAULT_MESSAGES);
      return { body: { messages: await supervisor.call('queue', 'messages', { limit }) } };
    },
    'GET /pools': async () => ({ body: { pools: withService('payments', await listOf('payments', 'pools')) } }),
    'GET /breakers': async () => ({
      body: { breakers: withService('payments', await listOf('payments', 'breakers')) },
    }),
    'GET /transactions': async () => ({ body: { transactions: await listOf('worker', 'transactions') } }),
    'POST /sql': async ({ body }) => {
      const request = fieldsOf(body);
      const params = request.has('params') ? request.raw('params') : [];
      return { body: await acts.sql(request.text('service'), request.text('sql'), params) };
    },
  };
};
