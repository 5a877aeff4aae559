/** Child process of the migration test: brings the log in its argument to this version, and says so. */
import { writeSync } from 'node:fs';
import { migrate, prepareConnection } from '../schema.ts';
import { openDatabase } from '../sqlite.ts';

const [, , path = ''] = process.argv;
const db = await openDatabase(path);
prepareConnection(db);
migrate(db);
writeSync(1, 'migrated\n');
