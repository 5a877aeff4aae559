import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Archive } from './cluster/archive.ts';
import { alone, type Neighbours } from './cluster/neighbours.ts';
import type { Config } from './config.ts';
import { openEmbeddedLog } from './log/embedded-log.ts';
import type { EventLog } from './log/event-log.ts';
import type { StateStore } from './log/state-store.ts';
import type { Meters } from './metrics/meters.ts';
import { dataDirProblem, natsProblem } from './start-problem.ts';

export type Storage = {
  log: EventLog;
  state: StateStore;
  neighbours: Neighbours;
  archive: Archive | null;
  close(): Promise<void>;
};

const TROUBLES = {
  following: 'the log in JetStream is not followed at the moment',
  copying: 'a copy of the log for new nodes was not used or not left',
} as const;

/** Opens what the configuration names: the log in this process, or the one in JetStream that nodes share. */
export const openStorage = async (config: Config, meters: Meters, logger: Logger): Promise<Storage> => {
  const dataDir = resolve(config.dataDir);
  if (config.nats === null) {
    const embedded = await openEmbeddedLog({ dataDir, meters }).catch((error: unknown) => {
      throw dataDirProblem(error, config);
    });
    return { ...embedded, neighbours: alone, archive: null };
  }
  // Loaded by those only who need it.
  const { openJetStream } = await import('./log/jetstream/jetstream-log.ts');
  return openJetStream({
    ...config.nats,
    dataDir,
    meters,
    onTrouble: (error, what) => logger.warn({ err: error }, TROUBLES[what]),
    onLost: () => {
      logger.fatal('the log in JetStream was lost or set back: this node has to begin anew');
      process.exit(1);
    },
  }).catch((error: unknown) => {
    throw natsProblem(error, config);
  });
};
