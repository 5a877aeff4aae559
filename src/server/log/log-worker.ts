/** The entry of both worker threads of the embedded log: connects the database to the port. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LoggedEvent } from './event-log.ts';
import { asDamage, assertReadable, assertWhole } from './integrity.ts';
import { createReader } from './reader.ts';
import { createScanner, SCAN_STEP, type Scanned } from './scanner.ts';
import { migrate, prepareConnection, prepareReplica, readApplied, renewedEpoch } from './schema.ts';
import { type Database, integer, openDatabase } from './sqlite.ts';
import type { FromWorker, ReadReply, ReadRequest, Ready, WorkerSetup, WriteReply, WriteRequest } from './wire.ts';
import { createWriter } from './writer.ts';

const eventsAfter = (db: Database, position: number): LoggedEvent[] => {
  const scan = createScanner(db);
  const events: LoggedEvent[] = [];
  const all = { limit: SCAN_STEP, maxBytes: Number.MAX_SAFE_INTEGER, tenantId: null, methods: null };
  let after: Scanned['examinedTo'] = position;
  while (typeof after === 'number') {
    const step: Scanned = scan({ afterPosition: after, ...all });
    events.push(...step.events);
    after = step.examinedTo;
  }
  return events;
};

const readyWriter = (db: Database, epoch: string, { tailedTo }: WorkerSetup): Ready => ({
  epoch,
  position: integer(db.prepare('SELECT max(position) AS position FROM events').get(), 'position', 0),
  applied: readApplied(db),
  missed: tailedTo === null ? [] : eventsAfter(db, tailedTo),
});

const serve = <Request, Reply>(db: Database, ready: Ready, run: (requests: Request[]) => FromWorker<Reply>): void => {
  parentPort?.on('message', (requests: Request[] | 'close') => {
    if (requests === 'close') {
      db.close();
      parentPort?.close();
    } else {
      parentPort?.postMessage(run(requests));
    }
  });
  parentPort?.postMessage({ ready } satisfies FromWorker<Reply>);
};

const setup: WorkerSetup = workerData;
const db = await openDatabase(setup.path, { readOnly: setup.role === 'reader' });
try {
  if (setup.isReplica) prepareReplica(db);
  else prepareConnection(db);
  if (setup.role === 'writer') {
    // A writer that follows a crashed one has no reason to doubt the file.
    const isFirst = setup.tailedTo === null;
    if (isFirst) assertReadable(db);
    const name = migrate(db);
    if (isFirst) assertWhole(db);
    const epoch = isFirst ? renewedEpoch(db, name, setup.known) : name;
    serve<WriteRequest, WriteReply>(db, readyWriter(db, epoch, setup), createWriter(db));
  } else {
    serve<ReadRequest, ReadReply>(
      db,
      { epoch: '', position: 0, applied: { seq: 0, mark: '' }, missed: [] },
      createReader(db),
    );
  }
} catch (error) {
  throw asDamage(error);
}
