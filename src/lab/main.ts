import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createFault } from './fault.ts';
import { createLabState } from './lab-state.ts';
import type { FromLab } from './messages.ts';
import { startProcesses, type Told } from './processes.ts';
import { createRandom } from './runtime/random.ts';
import { dieWithParent, tellParent } from './runtime/settings.ts';
import { blueprintOf } from './shop/blueprint.ts';
import { startTraffic } from './shop/traffic.ts';

const environment = z
  .object({
    LAB_RELAY_URL: z.string(),
    LAB_API_KEY: z.string(),
    LAB_DIR: z.string(),
    LAB_PACE: z.coerce.number().positive().max(10).default(1),
    LAB_SEED: z
      .string()
      .regex(/^[\w-]{1,40}$/)
      .optional(),
    LAB_AUTO_FAULT: z.string().optional(),
  })
  .parse(process.env);

/** How long the shop is watched healthy before a fault: what comes after is compared with it. */
const BASELINE_MS = 12_000;
const LEAST_BASELINE_MS = 4_000;

/** A fault that nobody decides about costs half a core; it goes when the approval of its plan has long expired. */
const FAULT_AT_MOST_MS = 20 * 60_000;

const ToLab = z.object({ type: z.enum(['start-fault', 'stop']) });

/** Without a given seed the first start chooses one and the next ones keep it, so that the filled database is used again. */
const chooseSeed = (dir: string): string => {
  if (environment.LAB_SEED !== undefined) return environment.LAB_SEED;
  const file = join(dir, 'seed');
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const seed = Math.random().toString(36).slice(2, 10);
    writeFileSync(file, seed);
    return seed;
  }
};

const tell = (message: FromLab): void => tellParent(message);

const run = async (): Promise<void> => {
  const { LAB_PACE: pace, LAB_DIR: dir } = environment;
  tell({ type: 'status', state: 'starting', startedAt: null, message: 'The shop is starting.' });
  mkdirSync(dir, { recursive: true });
  const seed = chooseSeed(dir);
  const shop = blueprintOf(seed);
  const random = createRandom(`${seed} ${Date.now()}`);
  let hear: (message: Told) => void = () => undefined;

  const processes = await startProcesses({
    relayUrl: environment.LAB_RELAY_URL,
    apiKey: environment.LAB_API_KEY,
    dir,
    seedName: seed,
    pace,
    shop,
    onTold: (message) => hear(message),
    onExit: (name) => {
      // Half a shop would raise alerts that mean nothing: the lab ends as a whole, and its parent says so.
      process.stderr.write(`lab: ${name} has ended\n`);
      process.exit(1);
    },
  });
  const fault = createFault({
    ...processes,
    shop,
    random,
    pause: (ms) => sleep(ms * Math.max(0.25, Math.min(1, pace))),
  });
  await fault.repair();
  startTraffic(processes.gatewayUrl, shop.owners, random);
  let unattended: NodeJS.Timeout | undefined;
  const baseline = sleep(Math.max(LEAST_BASELINE_MS, BASELINE_MS * Math.min(1, pace)));
  const state = createLabState({
    fault,
    baseline: () => baseline,
    now: Date.now,
    onChange: (now, startedAt, message) => {
      clearTimeout(unattended);
      // Whatever the repair meets, the fault is still there then and the next start puts it right.
      if (now === 'active') unattended = setTimeout(() => void fault.repair().catch(() => undefined), FAULT_AT_MOST_MS);
      tell({ type: 'status', state: now, startedAt, message });
    },
  });
  hear = state.told;
  process.on('message', (message) => {
    const read = ToLab.safeParse(message);
    if (!read.success) return;
    if (read.data.type === 'stop') process.exit(0);
    void state.startFault();
  });
  state.ready();
  if (environment.LAB_AUTO_FAULT !== '1') return;
  await baseline;
  await state.startFault();
};

dieWithParent();
await run();
