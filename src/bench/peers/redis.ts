import { Redis } from 'ioredis';
import { type Store, startInstalled } from './store.ts';

const STREAM = 'incident';

/** A Redis stream whose every entry is synced to disk before it is acknowledged. */
export const startRedis = async (): Promise<Store> => {
  const server = await startInstalled(
    'redis-server',
    (port, folder) => [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
      ...['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''],
    ],
    /Ready to accept connections/,
  );
  const client = new Redis({ host: '127.0.0.1', port: server.port, lazyConnect: true });
  await client.connect();
  return {
    append: async (text) => {
      await client.xadd(STREAM, '*', 'event', text);
    },
    async stop() {
      client.disconnect();
      await server.stop();
    },
  };
};
