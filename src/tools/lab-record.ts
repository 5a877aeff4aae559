import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { CHOICES } from '../lab/faults/catalog.ts';
import { AGENT_KEY } from '../server/testing/people.ts';
import { startServer } from '../server/testing/server-process.ts';
import { startAdmins } from './lab-score/admins.ts';
import { startLab } from './lab-score/lab.ts';
import { playRound } from './lab-score/round.ts';

/** `npm run lab:record -- [--fault pool] [--seed demo]`: plays each fault once and keeps the record of its incident. */
const { values } = parseArgs({
  options: {
    fault: { type: 'string' },
    seed: { type: 'string', default: 'demo' },
    pace: { type: 'string', default: '0.6' },
  },
});
const FAULTS = CHOICES.filter(({ id }) => id !== 'calm');
const TRIES = 3;
const FOLDER = new URL('../../public/recordings/', import.meta.url);
const LIST = new URL('recordings.json', FOLDER);
type Listed = { file: string; title: string; symptom: string };

const readList = (): Listed[] => (existsSync(LIST) ? JSON.parse(readFileSync(LIST, 'utf8')) : []);

const server = await startServer({});
const admins = await startAdmins(server.address);
const dir = mkdtempSync(join(tmpdir(), 'lab-record-'));
const lab = startLab({
  LAB_RELAY_URL: `${server.address.replace('http', 'ws')}/v1/connect`,
  LAB_API_KEY: AGENT_KEY,
  LAB_DIR: dir,
  LAB_SEED: values.seed,
  LAB_PACE: values.pace,
  LAB_AUTO_FAULT: '',
});
await lab.until((heard) => heard.find((one) => one.type === 'status' && one.state === 'idle'), 120_000);
mkdirSync(FOLDER, { recursive: true });

/** What the product lists: each that is there, in the order of the faults. */
const listed = new Map(readList().map((entry) => [entry.file, entry]));
const list = (entry: Listed): void => {
  listed.set(entry.file, entry);
  const inOrder = FAULTS.flatMap(({ id }) => listed.get(`${id}.jsonl.gz`) ?? []);
  writeFileSync(LIST, `${JSON.stringify(inOrder, undefined, 2)}\n`);
};

let failed = 0;
for (const { id: fault, title } of FAULTS.filter(({ id }) => values.fault === undefined || id === values.fault)) {
  let kept = false;
  // A recording shows an investigation that ended well; one that did not is played again.
  for (let attempt = 1; attempt <= TRIES && !kept; attempt += 1) {
    const { verdict, ended, incidentId, said, title: symptom } = await playRound(lab, admins, fault);
    kept = verdict === 'right' && ended === 'remediation.executed' && incidentId !== undefined;
    console.log(`${fault}: ${verdict}, ${ended}${kept ? '' : `; ${said}`}`);
    if (!kept || incidentId === undefined) continue;
    const zipped = gzipSync(await admins.exportOf(incidentId), { level: 9 });
    const file = `${fault}.jsonl.gz`;
    writeFileSync(new URL(file, FOLDER), zipped);
    list({ file, title, symptom });
    console.log(`  public/recordings/${file}, ${Math.round(zipped.length / 1024)} kB`);
  }
  if (!kept) failed += 1;
}
await lab.stop();
await server.stop();
rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
process.exit(failed === 0 ? 0 : 1);
