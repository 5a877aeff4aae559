import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Config, ConfigError } from '../config.ts';
import { openEmbeddedLog } from '../log/embedded-log.ts';
import { openJetStream } from '../log/jetstream/jetstream-log.ts';
import { dataDirProblem, natsProblem } from '../start-problem.ts';
import { copyEvents } from './copy-events.ts';
import { copyState } from './copy-state.ts';
import { verifyCopy } from './verify.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const count = (number: number): string => number.toLocaleString('en');

/**
 * Copies the log and the state of `DATA_DIR`, which no server may be using, into JetStream, and verifies the copy. The
 * log goes on under the epoch that it has, so that cursors and links stay good. A run that was interrupted is taken up
 * where it ended; the original is only read. Throws a `ConfigError` of one line for what cannot be used.
 */
export const migrateTo = async (config: Config): Promise<void> => {
  if (config.nats === null)
    throw new ConfigError('--to is missing: where to copy, for example --to nats://127.0.0.1:4222');
  const dataDir = resolve(config.dataDir);
  const from = await openEmbeddedLog({ dataDir }).catch((error: unknown) => {
    throw dataDirProblem(error, config);
  });
  // What a node of JetStream reads from; this one is needed for the copy only.
  const copyDir = join(dataDir, 'migrating');
  try {
    const { epoch } = from.log;
    const to = await openJetStream({ ...config.nats, dataDir: copyDir, epoch }).catch((error: unknown) => {
      throw natsProblem(error, config);
    });
    try {
      if (to.log.epoch !== epoch) {
        throw new ConfigError(
          `NATS_NAMESPACE ${config.nats.namespace} has another log already, for example NATS_NAMESPACE=moved is another one`,
        );
      }
      const { copied, present } = await copyEvents(from.log, to.log, (done) => {
        say(`${count(done.copied + done.present)} events`);
      });
      const entries = await copyState(dataDir, to.state, Date.now());
      const { events, streams } = await verifyCopy(from.log, to.log);
      say(`Copied ${count(copied)} events; ${count(present)} were there already.`);
      say(`Copied ${count(entries)} of sessions and other state.`);
      say(`Verified: ${count(events)} events of ${count(streams)} streams are the same, byte for byte.`);
    } finally {
      await to.close();
    }
    await rm(copyDir, { recursive: true });
  } finally {
    await from.close();
  }
};
