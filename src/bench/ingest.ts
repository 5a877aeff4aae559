import { type Bench, type Figure, failed, type Row } from './harness/bench.ts';
import { openBrowser } from './harness/browser.ts';
import { nextEvents } from './harness/events.ts';
import { standInFront } from './harness/front.ts';
import { createGate, type Gate } from './harness/gate.ts';
import { measured, type Smoothness } from './harness/meter.ts';
import { type Pace, paced } from './harness/pace.ts';
import { type Product, startProduct } from './harness/product.ts';
import type { Agent } from './harness/publisher.ts';
import { settled } from './harness/settled.ts';
import { liveViewOf, peerViewer, type Viewer } from './harness/viewers.ts';

const RATES = [100, 1_000, 5_000, 20_000, 50_000];
/**
 * A relay that stores each event before it sends it takes about 9,000 a second of one processor. From here on all is
 * published first, held back between the relay and the page, and let go at the rate.
 */
const HELD_FROM = 5_000;
const LOOK_MS = 50;
/** Two frames at 60 Hz, and the rounding of the clock that times them. */
const SMOOTH_MS = 33.5;
/** Everything is on the screen so soon after the last was acknowledged, or the page did not keep up. */
const KEEPS_UP_MS = 1_000;
/** What the incident begins with. */
const BEFORE = 20;
/** Below this part of the wanted rate it was not that rate. */
const NEARLY = 0.95;

type Step = Smoothness & { reached: number; lost: number; lagMs: number };

/** The product, and what stands between its relay and each page. */
type Stage = { product: Product; gate: Gate };

const ACCEPTS_PER_SECOND = 1_000_000;

/** All of them are stored and on their way to the page, at the gate. */
const publishedBefore = async ({ gate }: Stage, agent: Agent, total: number): Promise<void> => {
  gate.hold();
  await paced({ perSecond: ACCEPTS_PER_SECOND, seconds: total / ACCEPTS_PER_SECOND }, (count) =>
    agent.publish(nextEvents(count)),
  );
  while (gate.held() < total) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
};

/** The mixed events of an investigation at this pace, into an incident of their own. */
const stepOf = async (stage: Stage, viewer: Viewer, pace: Pace): Promise<Step> => {
  const { product, gate } = stage;
  const incidentId = await product.openIncident();
  const agent = await product.agent(incidentId);
  const total = Math.round(pace.perSecond * pace.seconds);
  const isHeld = pace.perSecond >= HELD_FROM;
  // The agents are at work already: what a page draws when it opens is another matter.
  await agent.publish(nextEvents(BEFORE));
  try {
    return await viewer.watching(incidentId, async (view) => {
      const before = await view.held();
      if (isHeld) await publishedBefore(stage, agent, total);
      const [smoothness, { reached, held, tookMs }] = await measured(view.tab, async () => {
        const rate = isHeld
          ? await gate.letGo(pace.perSecond)
          : await paced(pace, (count) => agent.publish(nextEvents(count)));
        return { reached: rate, ...(await settled(view, before + total)) };
      });
      return { ...smoothness, reached, lost: before + total - held, lagMs: tookMs };
    });
  } finally {
    agent.close();
  }
};

const keepsUp = (step: Step, rate: number): boolean =>
  step.lost === 0 && step.lagMs <= KEEPS_UP_MS && step.reached >= rate * NEARLY;

const isSustained = (step: Step, rate: number): boolean => keepsUp(step, rate) && step.p99Ms <= SMOOTH_MS;

const shown = (value: number): string => Math.round(value).toLocaleString('en-US');

const noteOf = (step: Step): string =>
  `p50 ${step.p50Ms.toFixed(1)}, longest ${shown(step.longestMs)} ms; key ${shown(step.inputMs)} ms to its handler, ` +
  `${shown(step.paintedMs)} painted; ${shown(step.lost)} lost, all there after ${shown(step.lagMs)} ms; ` +
  `${shown(step.reached)} /s came`;

type Climb = { name: string; steps: Map<number, Step>; why: string };

/** Up the rates until one is too much; the product goes all the way. */
const climb = async (stage: Stage, viewer: Viewer, rates: readonly number[], seconds: number): Promise<Climb> => {
  const steps = new Map<number, Step>();
  for (const perSecond of rates) {
    try {
      const step = await stepOf(stage, viewer, { perSecond, seconds });
      steps.set(perSecond, step);
      if (!keepsUp(step, perSecond) && viewer.name !== stage.product.name)
        return { name: viewer.name, steps, why: `not tried: ${shown(perSecond)} /s was too much` };
    } catch (error) {
      return { name: viewer.name, steps, why: failed(viewer.name, error).note };
    }
  }
  return { name: viewer.name, steps, why: '' };
};

const framesAt = (climbs: readonly Climb[], rate: number): Row => ({
  name: `${shown(rate)} notifications/s, p99 of the frames`,
  unit: 'ms',
  better: 'less',
  goal: rate <= 20_000 ? '≤ 33 ms, 0 lost, key ≤ 50 ms' : 'no goal',
  figures: climbs.map(({ name, steps, why }): Figure => {
    const step = steps.get(rate);
    return step === undefined
      ? { side: name, value: null, note: why }
      : { side: name, value: step.p99Ms, note: noteOf(step) };
  }),
});

const highest = (
  climbs: readonly Climb[],
  name: string,
  goal: string,
  isGood: (step: Step, rate: number) => boolean,
): Row => ({
  name,
  unit: '/s',
  better: 'more',
  goal,
  figures: climbs.map(({ name, steps, why }): Figure => {
    const rates = [...steps].filter(([rate, step]) => isGood(step, rate)).map(([rate]) => rate);
    return steps.size === 0
      ? { side: name, value: null, note: why }
      : { side: name, value: Math.max(0, ...rates), note: rates.length === 0 ? 'none of the rates' : '' };
  }),
});

const PEERS = [
  ['naive React', 'naive.tsx'],
  ['xterm.js', 'terminal.ts'],
  ['react-logviewer', 'log-viewer.tsx'],
] as const;

const measure = async (rates: readonly number[], seconds: number): Promise<readonly Row[]> => {
  await openBrowser();
  const product = await startProduct(10);
  const stage = { product, gate: createGate() };
  const front = await standInFront(product.port(), stage.gate);
  try {
    const climbs = [await climb(stage, liveViewOf(product, front.address), rates, seconds)];
    for (const [name, page] of PEERS) {
      try {
        const viewer = await peerViewer(name, page, product, stage.gate);
        climbs.push(await climb(stage, viewer, rates, seconds));
        await viewer.stop();
      } catch (error) {
        climbs.push({ name, steps: new Map(), why: failed(name, error).note });
      }
    }
    const all = 'nothing lost, all there within a second';
    return [
      ...rates.map((rate) => framesAt(climbs, rate)),
      highest(climbs, `kept up with: the highest rate with ${all}`, 'no goal', keepsUp),
      highest(
        climbs,
        `sustained: the same with two frames at most in 99 of 100`,
        '≥ 20,000 /s, ≥ 4 × the best peer',
        isSustained,
      ),
    ];
  } finally {
    await front.stop();
    await product.stop();
  }
};

export const ingest: Bench = {
  what:
    'an incident in a tab while agents publish to it: the live view as it is, with sign-in, log and relay, and peers that ' +
    'get the same frames from the same relay in pages of their own; 10 s a rate, from 5,000 on of what was stored before; a peer up to the first that it does not keep up with.',
  packages: ['react-use-websocket', '@xterm/xterm', '@melloware/react-logviewer'],
  run: (size) => (size === 'full' ? measure(RATES, 10) : measure([5_000], 0.1)),
};
