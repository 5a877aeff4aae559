import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { breakShop, CHOICES } from './faults/catalog.ts';
import { createShopControl } from './faults/shop-control.ts';
import { createLabState, type LabStateOptions } from './lab-state.ts';
import type { FromLab } from './messages.ts';
import { type ProcessOptions, startAgents, startShop, type Told } from './processes.ts';
import { dieWithParent } from './runtime/die-with-parent.ts';
import { createRandom } from './runtime/random.ts';
import { tellParent } from './runtime/settings.ts';
import { blueprintOf } from './shop/blueprint.ts';
import { createTraffic } from './shop/traffic.ts';

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
    /** The fault to begin with, once the shop was calm for a while; none where absent. */
    LAB_AUTO_FAULT: z.string().optional(),
  })
  .parse(process.env);

/** How long the shop is watched healthy before a fault: what comes after is compared with it. */
const BASELINE_MS = 12_000;
const LEAST_BASELINE_MS = 5_000;
/** A machine that is too busy for calm is not waited for without end. */
const MOST_CALMS = 3;
/** What was asked before the shop was put back is answered by then. */
const SETTLE_MS = 2_500;

const ToLab = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start-fault'), fault: z.string().optional() }),
  z.object({ type: z.literal('reset') }),
  z.object({ type: z.literal('pace'), pace: z.number().positive().max(10) }),
]);

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
  const { LAB_DIR: dir, LAB_AUTO_FAULT: first } = environment;
  let pace = environment.LAB_PACE;
  let chosen: string | null = null;
  const status: LabStateOptions['onChange'] = (state, startedAt, message) =>
    tell({ type: 'status', state, startedAt, message, choices: CHOICES, chosen, pace });
  status('starting', null, 'The shop is starting.');
  mkdirSync(dir, { recursive: true });
  const seed = chooseSeed(dir);
  const shop = blueprintOf(seed);
  const random = createRandom(`${seed} ${environment.LAB_SEED === undefined ? Date.now() : ''}`);
  let hear: (message: Told) => void = () => undefined;

  const options: ProcessOptions = {
    relayUrl: environment.LAB_RELAY_URL,
    apiKey: environment.LAB_API_KEY,
    dir,
    pace,
    shop,
    onTold: (message) => hear(message),
    onExit: (name) => {
      // Half a lab would raise alerts that mean nothing: it ends as a whole, and its parent says so.
      process.stderr.write(`lab: ${name} has ended\n`);
      process.exit(1);
    },
  };
  const running = await startShop(options);
  const { platform, monitor } = running;
  const { agents } = await startAgents(options, running);
  const traffic = createTraffic({
    gatewayUrl: running.gatewayUrl,
    token: running.shopToken,
    owners: shop.owners,
    random,
  });
  const control = createShopControl({
    shop,
    platform: platform.call,
    traffic,
    random,
    pause: (ms) => sleep(ms * Math.max(0.25, Math.min(1, pace))),
  });
  const calmMs = (): number => Math.max(LEAST_BASELINE_MS, BASELINE_MS * Math.min(1, pace));
  let firing = false;
  /** From now on nothing is remembered, until there was a time of calm: on a busy machine the first may be none. */
  const waitForCalm = async (): Promise<void> => {
    for (let left = MOST_CALMS; left > 0; left -= 1) {
      await monitor.call('forget');
      firing = false;
      // What is forgotten never ends by itself.
      state.told({ type: 'alert', firing });
      await sleep(calmMs());
      if (!firing) return;
    }
  };
  // A database that is used again may be as an earlier fault left it.
  await platform.call('reset');
  traffic.start();
  // The first answers of a process that just began are slow.
  await sleep(SETTLE_MS);
  let baseline = waitForCalm();

  const state = createLabState({
    inject: async (fault) => {
      const round = await breakShop(control, fault);
      tell({ type: 'truth', fault: round.id, truth: round.truth, at: round.at });
      return round;
    },
    reset: async () => {
      traffic.usual();
      await platform.call('reset');
      await sleep(SETTLE_MS);
      baseline = waitForCalm();
    },
    baseline: () => baseline,
    now: Date.now,
    onChange: status,
  });
  hear = (message) => {
    if (message.type === 'incident') tell(message);
    if (message.type === 'alert') firing = message.firing;
    if (message.type === 'alert' && !message.firing) tell({ type: 'calm', at: Date.now() });
    state.told(message);
  };
  const start = (fault: string | undefined): Promise<void> => {
    const isChoice = CHOICES.some(({ id }) => id === fault);
    chosen = isChoice && fault !== undefined ? fault : null;
    return state.startFault(isChoice ? fault : undefined);
  };
  process.on('message', (message) => {
    const read = ToLab.safeParse(message);
    if (!read.success) return;
    switch (read.data.type) {
      case 'reset':
        return void state.reset();
      case 'pace':
        pace = read.data.pace;
        agents.send({ type: 'pace', pace });
        return state.repeat();
      default:
        return void start(read.data.fault);
    }
  });
  state.ready();
  if (first === undefined || first === '') return;
  await start(first);
};

dieWithParent();
await run();
