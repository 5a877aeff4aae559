import type { Bench, Row } from './harness/bench.ts';
import { openBrowser } from './harness/browser.ts';
import { nextEvents } from './harness/events.ts';
import { measured, type Smoothness } from './harness/meter.ts';
import { paced } from './harness/pace.ts';
import { startProduct } from './harness/product.ts';
import { longest, quantile } from './harness/quantiles.ts';
import { settled } from './harness/settled.ts';
import type { Tab } from './harness/tab.ts';
import { liveViewOf, type View } from './harness/viewers.ts';

const PER_SECOND = 500;
const MINUTES = Number(process.env.SOAK_MINUTES ?? 60);
/** What the incident begins with. */
const BEFORE = 20;
const MINUTE_MS = 60_000;
const MB = 1_000_000;

type Length = { seconds: number; phases: number };
/** Of each stretch in view. */
type LongestFrame = Pick<Smoothness, 'longestMs' | 'longestAtMs'>;
type Soaked = { heaps: number[]; frames: LongestFrame[]; lost: number; reached: number };

const setHidden = async (tab: Tab, hidden: boolean): Promise<void> => {
  await tab.evaluate(`benchMeter.setHidden(${hidden})`);
};

/** In view and hidden in turn; what is left in memory is looked at in between, which is nobody's frame. */
const watched = async ({ tab }: View, { seconds, phases }: Length): Promise<Pick<Soaked, 'heaps' | 'frames'>> => {
  const began = performance.now();
  const heaps: number[] = [];
  const frames: LongestFrame[] = [];
  for (let phase = 1; phase <= phases; phase += 1) {
    const leftMs = began + (phase / phases) * seconds * 1_000 - performance.now();
    const passed = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, leftMs)));
    const isHidden = phase % 2 === 0;
    await setHidden(tab, isHidden);
    if (isHidden) await passed();
    else {
      const isFirst = performance.now() - began < MINUTE_MS;
      const [smoothness] = await measured(tab, passed);
      if (!isFirst || phase === phases - 1) frames.push(smoothness);
    }
    heaps.push(await tab.heapBytes());
  }
  await setHidden(tab, false);
  return { heaps, frames };
};

const soakFor = async (length: Length): Promise<Soaked> => {
  await openBrowser();
  const product = await startProduct(10);
  const agent = await product.agent(product.incidentId);
  try {
    await agent.publish(nextEvents(BEFORE));
    return await liveViewOf(product).watching(product.incidentId, async (view) => {
      const before = await view.held();
      const [reached, seen] = await Promise.all([
        paced({ perSecond: PER_SECOND, seconds: length.seconds }, (count) => agent.publish(nextEvents(count))),
        watched(view, length),
      ]);
      const wanted = before + PER_SECOND * length.seconds;
      return { ...seen, reached, lost: wanted - (await settled(view, wanted)).held };
    });
  } finally {
    agent.close();
    await product.stop();
  }
};

/** From the second quarter of the time, when the tab has as much as it keeps, to the last. */
const growthOf = (heaps: readonly number[]): number => {
  const quarter = heaps.length / 4;
  const part = (from: number): number =>
    quantile(heaps.slice(Math.floor(from * quarter), Math.ceil((from + 1) * quarter)), 0.5);
  return part(3) / part(1) - 1;
};

const rowsOf = ({ heaps, frames, lost, reached }: Soaked): readonly Row[] => {
  const row = (name: string, unit: string, goal: string, value: number, note: string): Row => ({
    name,
    unit,
    better: 'less',
    goal,
    figures: [{ side: 'CauseFlow Live', value, note }],
  });
  const longestMs = longest(frames.map((one) => one.longestMs));
  const each = frames.map((one) => `${Math.round(one.longestMs)} after ${(one.longestAtMs / 1_000).toFixed(1)} s`);
  const megabytes = heaps.map((heap) => (heap / MB).toFixed(1)).join(', ');
  return [
    row('growth of the heap', '%', 'within 10 %', growthOf(heaps) * 100, `MB in use: ${megabytes}`),
    row('lost', 'events', 'none', lost, `${reached.toFixed(0)} /s published`),
    row(
      'longest frame after the first minute',
      'ms',
      '≤ 100 ms',
      longestMs,
      `of each stretch in view: ${each.join(', ')}`,
    ),
  ];
};

export const soak: Bench = {
  what:
    `${PER_SECOND} events a second in a tab for ${MINUTES} minutes (SOAK_MINUTES), which is hidden for every other stretch: ` +
    'it is told so and gets no frames. Heap after a collection at the end of each stretch; growth from the second quarter to the last.',
  packages: ['react'],
  run: async (size) =>
    rowsOf(await soakFor(size === 'full' ? { seconds: MINUTES * 60, phases: 60 } : { seconds: 0.8, phases: 4 })),
};
