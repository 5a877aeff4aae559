/** A thread that writes a copy of a database that others use, and says which message was applied to it last. */
import { parentPort, workerData } from 'node:worker_threads';
import { readApplied } from './schema.ts';
import { openDatabase } from './sqlite.ts';

export type CopySetup = { from: string; to: string };

const { from, to }: CopySetup = workerData;
const source = await openDatabase(from, { readOnly: true });
// All of it as of one moment, without what was deleted, while the writer goes on.
source.prepare('VACUUM INTO ?').run(to);
source.close();
const copy = await openDatabase(to, { readOnly: true });
const applied = readApplied(copy);
copy.close();
parentPort?.postMessage(applied);
