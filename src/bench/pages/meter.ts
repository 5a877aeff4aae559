/** Put into every page under test before anything of its own: frames, keys, and when what was published was seen. */
import { createFirst } from './first.ts';
import { setHidden } from './hidden.ts';
import { createMarks } from './marks.ts';
import { createPresses } from './presses.ts';

type Key = { handledMs: number; paintedMs: number };

/** Deep enough for what a callback begins to be over: React renders in a microtask, and who looks at it comes after. */
const MICROTASKS = 4;

/** Whether a callback of an animation frame is running, or the microtasks that it left. */
let inFrame = false;

const requestFrame = window.requestAnimationFrame.bind(window);

const leaveFrame = (left: number): void => {
  if (left > 0) queueMicrotask(() => leaveFrame(left - 1));
  else inFrame = false;
};

window.requestAnimationFrame = (run) =>
  requestFrame((now) => {
    inFrame = true;
    leaveFrame(MICROTASKS);
    run(now);
  });

/** Runs once what was drawn by now is on the screen: with the frame that is being made, or else with the next. */
const afterPaint = (run: () => void): void => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = run;
  if (inFrame) port2.postMessage(null);
  else requestFrame(() => port2.postMessage(null));
};

let frames: number[] = [];
let keys: Key[] = [];
let last: number | undefined;
let began = 0;
let handle: number | undefined;

const onFrame = (now: number): void => {
  if (last !== undefined) frames.push(now - last);
  last = now;
  handle = requestAnimationFrame(onFrame);
};

window.addEventListener(
  'keydown',
  ({ timeStamp }) => {
    const handledMs = performance.now() - timeStamp;
    afterPaint(() => keys.push({ handledMs, paintedMs: performance.now() - timeStamp }));
  },
  true,
);

const marks = createMarks(afterPaint);

/** Milliseconds from doing something to the frame in which it is there. */
const timeTo = (act: () => void, isThere: () => boolean): Promise<number> =>
  new Promise((resolve) => {
    const from = performance.now();
    const look = (): void => {
      if (isThere()) afterPaint(() => resolve(performance.now() - from));
      else window.requestAnimationFrame(look);
    };
    act();
    look();
  });

const asked: string[] = [];
new PerformanceObserver((list) => {
  for (const { name } of list.getEntries()) asked.push(name);
}).observe({ type: 'resource' });

const text = (selector: string): string => document.querySelector(selector)?.textContent ?? '';

Object.assign(globalThis, {
  benchMeter: {
    begin(): void {
      frames = [];
      keys = [];
      last = undefined;
      began = performance.now();
      handle ??= requestAnimationFrame(onFrame);
    },
    /** The frames since `begin` in milliseconds each, one that is not over yet among them, and the keys. */
    end(): { frames: number[]; keys: Key[] } {
      if (handle !== undefined) cancelAnimationFrame(handle);
      handle = undefined;
      return { frames: [...frames, performance.now() - (last ?? began)], keys };
    },
    /** How many events the page says that it holds. */
    held: (selector: string): number => Number(/([\d,]+) events?/.exec(text(selector))?.[1]?.replaceAll(',', '') ?? 0),
    /** How often the page has asked for this path. */
    askedFor: (path: string): number => asked.filter((address) => new URL(address).pathname === path).length,
    marks,
    timeTo,
    setHidden,
    first: createFirst(afterPaint),
    presses: createPresses(),
  },
});
