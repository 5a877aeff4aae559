/** Put into every page under test before anything of its own: frames, keys, and when what was published was seen. */
import { createFirst } from './first.ts';
import { setHidden } from './hidden.ts';
import { createMarks } from './marks.ts';

type Key = { handledMs: number; paintedMs: number };

/** What is drawn in the frame that is being made is on the screen when the message arrives. */
const afterPaint = (run: () => void): void => {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = run;
    port2.postMessage(null);
  });
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
    held: (selector: string): number =>
      Number(/([\d,]+) events?/.exec(text(selector))?.[1]?.replaceAll(',', '') ?? Number.NaN),
    marks,
    setHidden,
    first: createFirst(afterPaint),
  },
});
