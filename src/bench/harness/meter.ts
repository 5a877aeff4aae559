import { z } from 'zod';
import { longest, quantile } from './quantiles.ts';
import type { Tab } from './tab.ts';

/** Between two keys; a person who types is slower. */
const KEY_EVERY_MS = 250;
/** A key that no page has a use for. */
const KEY = 'F8';
const KEY_CODE = 119;

const Reading = z.object({
  frames: z.array(z.number()),
  keys: z.array(z.object({ handledMs: z.number(), paintedMs: z.number() })),
});

/**
 * Milliseconds throughout. `longestAtMs` is when the longest frame began; `inputMs` is until the page's handlers run,
 * `paintedMs` until what they did is on the screen.
 */
export type Smoothness = {
  frames: number;
  p50Ms: number;
  p99Ms: number;
  longestMs: number;
  longestAtMs: number;
  inputMs: number;
  paintedMs: number;
};

const beginOfLongest = (frames: readonly number[]): number =>
  frames.slice(0, frames.indexOf(longest(frames))).reduce((sum, ms) => sum + ms, 0);

const smoothnessOf = ({ frames, keys }: z.infer<typeof Reading>): Smoothness => ({
  frames: frames.length,
  p50Ms: quantile(frames, 0.5),
  p99Ms: quantile(frames, 0.99),
  longestMs: longest(frames),
  longestAtMs: beginOfLongest(frames),
  inputMs: longest(keys.map(({ handledMs }) => handledMs)),
  paintedMs: longest(keys.map(({ paintedMs }) => paintedMs)),
});

/** Measures the page while something happens to it, and presses a key now and then. */
export const measured = async <T>(tab: Tab, work: () => Promise<T>): Promise<[Smoothness, T]> => {
  await tab.evaluate('benchMeter.begin()');
  let pressing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    pressing = pressing.then(() => tab.press(KEY, KEY_CODE)).catch(() => undefined);
  }, KEY_EVERY_MS);
  try {
    const result = await work();
    return [smoothnessOf(Reading.parse(await tab.evaluate('benchMeter.end()'))), result];
  } finally {
    clearInterval(timer);
  }
};

/** From now on the page notes when a marked message gets into what matches the selector. */
export const watchMarks = async (tab: Tab, selector: string): Promise<void> => {
  await tab.evaluate(`benchMeter.marks.watch(${JSON.stringify(selector)})`);
};

/** A message that says when it was made; each of a run has a number of its own. */
export const markOf = (number: number): string => `@${performance.timeOrigin + performance.now()}#${number}@`;

/** For each marked message that was seen, the milliseconds from its mark to the screen. */
export const delaysOf = async (tab: Tab): Promise<number[]> =>
  z.array(z.number()).parse(await tab.evaluate('benchMeter.marks.delays()'));

/** How many events the page says that it holds. */
export const heldBy = async (tab: Tab, selector: string): Promise<number> =>
  z.number().parse(await tab.evaluate(`benchMeter.held(${JSON.stringify(selector)})`));

/** How often the page has asked for this path, as far as answers have come. */
export const askedFor = async (tab: Tab, path: string): Promise<number> =>
  z.number().parse(await tab.evaluate(`benchMeter.askedFor(${JSON.stringify(path)})`));
