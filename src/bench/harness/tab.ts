import { z } from 'zod';
import type { Cdp } from './cdp.ts';

/** A window in which nothing of the page is left out. */
const VIEWPORT = { width: 1_440, height: 900, deviceScaleFactor: 1, mobile: false };
const PATIENCE_MS = 180_000;
const LOOK_MS = 50;

const Evaluated = z.object({
  result: z.object({ value: z.unknown().optional() }),
  exceptionDetails: z.object({ exception: z.object({ description: z.string() }).optional() }).optional(),
});
const Heap = z.object({ usedSize: z.number() });
const Box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

export type Cookie = { name: string; value: string; url: string };

/** What elements are given by here is an expression of the page's. */
export type Tab = {
  /** Runs in each document before anything of its own. */
  runFirst(script: string): Promise<void>;
  setCookies(cookies: readonly Cookie[]): Promise<void>;
  /** Resolves once the document was read and its modules have run. */
  open(address: string): Promise<void>;
  /** The value of an expression, or what its promise comes to. Throws what it throws. */
  evaluate(expression: string): Promise<unknown>;
  /** Resolves once the expression is true. */
  until(expression: string): Promise<void>;
  press(key: string, code: number): Promise<void>;
  /** With the mouse, at a part of the width of the element. */
  click(element: string, part: number): Promise<void>;
  /** From now on the processor is so many times slower. */
  slowDown(times: number): Promise<void>;
  /** Bytes in use once what is not has been let go. */
  heapBytes(): Promise<number>;
};

const tabOf = (cdp: Cdp, sessionId: string): Tab => {
  const send = (method: string, params?: object): Promise<unknown> => cdp.send(method, params, sessionId);

  const evaluate: Tab['evaluate'] = async (expression) => {
    const answer = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    const { result, exceptionDetails } = Evaluated.parse(answer);
    if (exceptionDetails === undefined) return result.value;
    throw new Error(exceptionDetails.exception?.description ?? `The page could not tell ${expression}`);
  };

  const mouse = (type: string, x: number, y: number): Promise<unknown> =>
    send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });

  return {
    evaluate,
    async runFirst(source) {
      await send('Page.addScriptToEvaluateOnNewDocument', { source });
    },
    async setCookies(cookies) {
      await send('Network.setCookies', { cookies });
    },
    async open(url) {
      await Promise.all([cdp.next('Page.domContentEventFired', sessionId), send('Page.navigate', { url })]);
    },
    async until(expression) {
      const isIt = await evaluate(
        `new Promise((done) => {
          const till = performance.now() + ${PATIENCE_MS};
          const look = () => ((${expression}) ? done(true) : performance.now() > till ? done(false) : setTimeout(look, ${LOOK_MS}));
          look();
        })`,
      );
      if (isIt !== true) throw new Error(`Not so in ${PATIENCE_MS / 1_000} s: ${expression}`);
    },
    async press(key, code) {
      for (const type of ['rawKeyDown', 'keyUp'])
        await send('Input.dispatchKeyEvent', { type, key, code: key, windowsVirtualKeyCode: code });
    },
    async click(element, part) {
      const { x, y, width, height } = Box.parse(await evaluate(`(${element}).getBoundingClientRect().toJSON()`));
      for (const type of ['mouseMoved', 'mousePressed', 'mouseReleased'])
        await mouse(type, x + width * part, y + height / 2);
    },
    async slowDown(rate) {
      await send('Emulation.setCPUThrottlingRate', { rate });
    },
    async heapBytes() {
      await send('HeapProfiler.collectGarbage');
      return Heap.parse(await send('Runtime.getHeapUsage')).usedSize;
    },
  };
};

/** A tab with nothing in its cache; what it opens is gone once the work is done. */
export const withTab = async <T>(cdp: Cdp, work: (tab: Tab) => Promise<T>): Promise<T> => {
  const context = z.object({ browserContextId: z.string() }).parse(await cdp.send('Target.createBrowserContext'));
  try {
    const target = await cdp.send('Target.createTarget', { url: 'about:blank', ...context });
    const { targetId } = z.object({ targetId: z.string() }).parse(target);
    const attached = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
    const { sessionId } = z.object({ sessionId: z.string() }).parse(attached);
    await cdp.send('Inspector.enable', {}, sessionId);
    await cdp.send('Page.enable', {}, sessionId);
    await cdp.send('Emulation.setDeviceMetricsOverride', VIEWPORT, sessionId);
    return await work(tabOf(cdp, sessionId));
  } finally {
    await cdp.send('Target.disposeBrowserContext', context);
  }
};
