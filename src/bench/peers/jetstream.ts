import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { type Installed, type Store, startInstalled } from './store.ts';

const startServer = (sync: string): Promise<Installed> =>
  startInstalled(
    'nats-server',
    (_, folder) => ['-c', join(folder, 'nats.conf')],
    /Server is ready/,
    (port, folder) =>
      writeFile(
        join(folder, 'nats.conf'),
        `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${join(folder, 'store')}"${sync} }\n`,
      ),
  );

/**
 * A JetStream stream in files, each message synced before it is acknowledged where the server can: one before 2.10
 * cannot, and is measured as it is.
 */
export const startJetStream = async (): Promise<Store> => {
  let note = '';
  const server = await startServer(', sync_interval: always').catch((error: unknown) => {
    if (!(error instanceof Error) || !error.message.includes('unknown field')) throw error;
    note = 'acknowledged before it is on disk: this nats-server has no sync_interval';
    return startServer('');
  });
  const connection = await connect({ servers: `127.0.0.1:${server.port}` });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'INCIDENT', subjects: ['incident'], storage: 'file' });
  const stream = jetstream(connection);
  return {
    note,
    append: async (text) => {
      await stream.publish('incident', text);
    },
    async stop() {
      await connection.close();
      await server.stop();
    },
  };
};
