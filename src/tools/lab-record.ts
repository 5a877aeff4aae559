import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
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
const FAULTS = ['index', 'pool', 'timeout', 'cache', 'message', 'provider', 'certificate', 'transaction'] as const;
const TRIES = 3;
const FOLDER = new URL('../../public/recordings/', import.meta.url);

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
let failed = 0;
for (const fault of values.fault === undefined ? FAULTS : [values.fault]) {
  let kept = false;
  // A recording shows an investigation that ended well; one that did not is played again.
  for (let attempt = 1; attempt <= TRIES && !kept; attempt += 1) {
    const { verdict, ended, incidentId, said } = await playRound(lab, admins, fault);
    kept = verdict === 'right' && ended === 'remediation.executed' && incidentId !== undefined;
    console.log(`${fault}: ${verdict}, ${ended}${kept ? '' : `; ${said}`}`);
    if (!kept || incidentId === undefined) continue;
    const zipped = gzipSync(await admins.exportOf(incidentId), { level: 9 });
    writeFileSync(new URL(`${fault}.jsonl.gz`, FOLDER), zipped);
    console.log(`  public/recordings/${fault}.jsonl.gz, ${Math.round(zipped.length / 1024)} kB`);
  }
  if (!kept) failed += 1;
}
await lab.stop();
await server.stop();
rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
process.exit(failed === 0 ? 0 : 1);
