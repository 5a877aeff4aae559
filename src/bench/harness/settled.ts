import type { View } from './viewers.ts';

/** A page that has said nothing new for so long says nothing more. */
const SILENT_MS = 5_000;
const LOOK_MS = 100;

/** Resolves once the page has so many events, or comes no further; answers how many it has and how long that took. */
export const settled = async (view: View, wanted: number): Promise<{ held: number; tookMs: number }> => {
  const from = performance.now();
  let held = await view.held();
  let changedAt = performance.now();
  while (held < wanted && performance.now() - changedAt < SILENT_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const now = await view.held();
    if (now !== held) changedAt = performance.now();
    held = now;
  }
  return { held, tookMs: changedAt - from };
};
