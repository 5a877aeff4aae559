import { type Bench, type Figure, failed, type Row } from './harness/bench.ts';
import { nextEvents } from './harness/events.ts';
import { measured, type Smoothness } from './harness/meter.ts';
import { type Pace, paced } from './harness/pace.ts';
import { type Product, startProduct } from './harness/product.ts';
import { settled } from './harness/settled.ts';
import { liveViewOf, peerViewer, type Viewer } from './harness/viewers.ts';

const RATES = [100, 1_000, 5_000, 20_000, 50_000];
/** Two frames at 60 Hz. */
const SMOOTH_MS = 33.4;
/** Everything is on the screen so soon after the last was acknowledged, or the page did not keep up. */
const KEEPS_UP_MS = 1_000;
/** What the incident begins with. */
const BEFORE = 20;
/** Below this part of the wanted rate it was not that rate. */
const NEARLY = 0.95;

type Step = Smoothness & { reached: number; lost: number; lagMs: number };

/** The mixed events of an investigation at this pace, into an incident of their own. */
const stepOf = async (product: Product, viewer: Viewer, pace: Pace): Promise<Step> => {
  const incidentId = await product.openIncident();
  const agent = await product.agent(incidentId);
  const total = Math.round(pace.perSecond * pace.seconds);
  // The agents are at work already: what a page draws when it opens is another matter.
  await agent.publish(nextEvents(BEFORE));
  try {
    return await viewer.watching(incidentId, async (view) => {
      const before = await view.held();
      const [smoothness, { reached, held, tookMs }] = await measured(view.page, async () => {
        const rate = await paced(pace, (count) => agent.publish(nextEvents(count)));
        return { reached: rate, ...(await settled(view, before + total)) };
      });
      return { ...smoothness, reached, lost: before + total - held, lagMs: tookMs };
    });
  } finally {
    agent.close();
  }
};

const isSustained = (step: Step, rate: number): boolean =>
  step.p99Ms <= SMOOTH_MS && step.lost === 0 && step.lagMs <= KEEPS_UP_MS && step.reached >= rate * NEARLY;

const shown = (value: number): string => Math.round(value).toLocaleString('en-US');

const noteOf = (step: Step): string =>
  `p50 ${step.p50Ms.toFixed(1)}, longest ${shown(step.longestMs)} ms; key ${shown(step.inputMs)} ms to its handler, ` +
  `${shown(step.paintedMs)} painted; ${shown(step.lost)} lost, all there after ${shown(step.lagMs)} ms; ` +
  `${shown(step.reached)} /s published`;

type Climb = { name: string; steps: Map<number, Step>; why: string };

/** Up the rates until one is too much; the product goes all the way. */
const climb = async (product: Product, viewer: Viewer, rates: readonly number[], seconds: number): Promise<Climb> => {
  const steps = new Map<number, Step>();
  for (const perSecond of rates) {
    try {
      const step = await stepOf(product, viewer, { perSecond, seconds });
      steps.set(perSecond, step);
      if (!isSustained(step, perSecond) && viewer.name !== product.name)
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

const sustained = (climbs: readonly Climb[]): Row => ({
  name: `sustained: the highest rate with two frames at most in 99 of 100, nothing lost, all there within a second`,
  unit: '/s',
  better: 'more',
  goal: '≥ 20,000 /s, ≥ 4 × the best peer',
  figures: climbs.map(({ name, steps, why }): Figure => {
    const rates = [...steps].filter(([rate, step]) => isSustained(step, rate)).map(([rate]) => rate);
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
  const product = await startProduct(10);
  try {
    const climbs = [await climb(product, liveViewOf(product), rates, seconds)];
    for (const [name, page] of PEERS) {
      try {
        const viewer = await peerViewer(name, page, product);
        climbs.push(await climb(product, viewer, rates, seconds));
        await viewer.stop();
      } catch (error) {
        climbs.push({ name, steps: new Map(), why: failed(name, error).note });
      }
    }
    return [...rates.map((rate) => framesAt(climbs, rate)), sustained(climbs)];
  } finally {
    await product.stop();
  }
};

export const ingest: Bench = {
  what:
    'an incident in a tab while agents publish to it: the live view as it is, with sign-in, log and relay, and peers that ' +
    'get the same frames from the same relay in pages of their own; 10 s a rate, a peer up to the first that is too much.',
  packages: ['react-use-websocket', '@xterm/xterm', '@melloware/react-logviewer', '@playwright/test'],
  run: (size) => (size === 'full' ? measure(RATES, 10) : measure([200], 0.3)),
};
