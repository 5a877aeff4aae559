import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { costOf } from '../lab/testing/cost.ts';
import { AGENT_KEY } from '../server/testing/people.ts';
import { startServer } from '../server/testing/server-process.ts';
import { startAdmins } from './lab-score/admins.ts';
import { startLab } from './lab-score/lab.ts';
import { playRound } from './lab-score/round.ts';
import { type Round, seconds, tableOf } from './lab-score/table.ts';

/** `npm run lab:score -- --rounds 40 --seed 1 [--fault pool] [--pace 0.3]`: how often the agents are right, and how soon. */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '18' },
    seed: { type: 'string', default: '1' },
    fault: { type: 'string' },
    pace: { type: 'string', default: '0.3' },
    /** Another shop, with other names, after so many rounds. */
    every: { type: 'string', default: '9' },
    /** A folder for the records of the incidents that were not understood or not mended, to see why. */
    keep: { type: 'string' },
  },
});
const FAULTS = [
  'index',
  'pool',
  'timeout',
  'cache',
  'message',
  'provider',
  'certificate',
  'transaction',
  'calm',
] as const;

const REST_MS = 10_000;

const rounds = Number(values.rounds);
const every = Number(values.every);
const played: Round[] = [];
let unplayed = 0;
const server = await startServer({});
const admins = await startAdmins(server.address);
console.log(
  `seed ${values.seed}, ${rounds} rounds, pauses × ${values.pace}; a shop of other names every ${every} rounds`,
);

/** What the lab costs while nothing happens but people who buy. */
const tellCost = async (pid: number): Promise<void> => {
  const before = costOf(pid);
  await sleep(REST_MS);
  const { processes, bytes, cpuSeconds } = costOf(pid);
  const cores = ((cpuSeconds - before.cpuSeconds) * 1000) / REST_MS;
  const load = loadavg()[0]?.toFixed(1) ?? '';
  console.log(
    `at rest: ${Math.round(bytes / 1e6)} MB in ${processes} processes, ${cores.toFixed(2)} of a core; load ${load} on ${availableParallelism()} cores`,
  );
};

const keepRecord = async (name: string, incidentId: string | undefined): Promise<void> => {
  if (values.keep === undefined || incidentId === undefined) return;
  mkdirSync(values.keep, { recursive: true });
  writeFileSync(join(values.keep, `${name}.jsonl`), await admins.exportOf(incidentId));
};

for (let first = 0; first < rounds; first += every) {
  const dir = mkdtempSync(join(tmpdir(), 'lab-score-'));
  const lab = startLab({
    LAB_RELAY_URL: `${server.address.replace('http', 'ws')}/v1/connect`,
    LAB_API_KEY: AGENT_KEY,
    LAB_DIR: dir,
    LAB_SEED: `${values.seed}-${first}`,
    LAB_PACE: values.pace,
    LAB_AUTO_FAULT: '',
  });
  await lab.until((heard) => heard.find((one) => one.type === 'status' && one.state === 'idle'), 120_000);
  if (process.platform === 'linux') await tellCost(lab.pid);
  for (let number = first; number < Math.min(rounds, first + every) && !lab.isOver(); number += 1) {
    try {
      const round = await playRound(lab, admins, values.fault ?? FAULTS[number % FAULTS.length]);
      played.push(round);
      const { fault, verdict, detectMs, causeMs, recoverMs, title, said, ended } = round;
      console.log(
        `${number + 1}. ${fault}: ${verdict}; detect ${seconds(detectMs)}, cause ${seconds(causeMs)}, recover ${seconds(recoverMs)}; “${title}” ${ended}`,
      );
      if (verdict !== 'right') console.log(`   said ${said}`);
      if (verdict !== 'right' || ended !== 'remediation.executed')
        await keepRecord(`${fault}-${number + 1}`, round.incidentId);
    } catch (error) {
      unplayed += 1;
      console.log(`${number + 1}. not played: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  await lab.stop();
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}
await server.stop();
console.log(tableOf(played));
console.log(
  `Not played: ${unplayed}. The load was ${loadavg()[2]?.toFixed(1)} on ${availableParallelism()} cores at the end.`,
);
