/** A process that writes a copy of a database that others use, and says which message was applied to it last. */
import { readApplied } from './schema.ts';
import { openDatabase } from './sqlite.ts';

const [from = '', to = ''] = process.argv.slice(2);
const source = await openDatabase(from, { readOnly: true });
// All of it as of one moment, without what was deleted, while the writer goes on.
source.prepare('VACUUM INTO ?').run(to);
source.close();
const copy = await openDatabase(to, { readOnly: true });
const applied = readApplied(copy);
copy.close();
// It stays until it has been heard, and goes with whoever began it.
process.on('message', () => undefined);
process.send?.(applied);
