import { expect, test } from 'vitest';
import { createBatcher } from './frame-batcher.ts';

/** A clock that a test moves, on which drawing takes as long as the test says. */
const createBench = () => {
  let time = 1_000;
  let tookMs = 0;
  let frame: (() => void) | undefined;
  let timers: { run: () => void; at: number }[] = [];
  const batches: { at: number; items: number[] }[] = [];
  const batcher = createBatcher<number>(
    (items) => batches.push({ at: time, items }),
    {
      onFrame(run) {
        frame = run;
        return () => {
          frame = undefined;
        };
      },
      onPainted(run) {
        time += tookMs;
        run();
      },
      onTimeout(run, delayMs) {
        const timer = { run, at: time + delayMs };
        timers.push(timer);
        return () => {
          timers = timers.filter((other) => other !== timer);
        };
      },
    },
    () => time,
  );
  const pass = (ms: number, frames: boolean): void => {
    for (const end = time + ms; time < end; time += 1) {
      for (const timer of timers.filter(({ at }) => at <= time)) {
        timers = timers.filter((other) => other !== timer);
        timer.run();
      }
      const run = frames ? frame : undefined;
      if (run === undefined) continue;
      frame = undefined;
      run();
    }
  };
  return { batcher, batches, pass, setTook: (ms: number) => (tookMs = ms), now: () => time };
};

test('what comes within a frame is handed on together, in order', () => {
  const bench = createBench();
  for (const item of [1, 2, 3]) bench.batcher.push(item);
  expect(bench.batches).toEqual([]);
  bench.pass(1, true);
  expect(bench.batches.map(({ items }) => items)).toEqual([[1, 2, 3]]);
});

test.each([
  [8, 2],
  [16, 8],
  [32, 32],
  [400, 100],
])('after a burst that took %i ms to draw the page rests for %i', (tookMs, restMs) => {
  const bench = createBench();
  bench.setTook(tookMs);
  bench.batcher.push(1);
  bench.pass(1, true);
  bench.batcher.push(2);
  const began = bench.batches[0]?.at ?? 0;
  bench.pass(300, true);
  expect(bench.batches.map(({ items }) => items)).toEqual([[1], [2]]);
  const waited = (bench.batches[1]?.at ?? 0) - began - tookMs;
  expect(waited).toBeGreaterThanOrEqual(restMs);
  expect(waited).toBeLessThanOrEqual(restMs + 3);
});

test('who rested long enough draws with the next frame', () => {
  const bench = createBench();
  bench.setTook(32);
  bench.batcher.push(1);
  bench.pass(1, true);
  bench.pass(60, true);
  const now = bench.now();
  bench.batcher.push(2);
  bench.pass(2, true);
  expect(bench.batches.at(-1)).toEqual({ at: now, items: [2] });
});

test('a hidden tab, which gets no frames, is handed what came all the same', () => {
  const bench = createBench();
  bench.batcher.push(1);
  bench.pass(150, false);
  bench.batcher.push(2);
  bench.pass(60, false);
  expect(bench.batches.map(({ items }) => items)).toEqual([[1, 2]]);
});
