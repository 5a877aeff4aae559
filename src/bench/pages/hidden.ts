/**
 * As in a tab behind another one: the page is told that it is hidden, and gets no animation frames until it is shown.
 * A headless browser shows every page that is driven from outside, so that it has to be played.
 */
let isHidden = false;
let isPlayed = false;
let lastHandle = 0;
const waiting = new Map<number, FrameRequestCallback>();

const play = (): void => {
  isPlayed = true;
  const request = window.requestAnimationFrame.bind(window);
  const cancel = window.cancelAnimationFrame.bind(window);
  window.requestAnimationFrame = (run) => {
    if (!isHidden) return request(run);
    // Never one of the browser's own.
    lastHandle -= 1;
    waiting.set(lastHandle, run);
    return lastHandle;
  };
  window.cancelAnimationFrame = (handle) => {
    if (!waiting.delete(handle)) cancel(handle);
  };
  Object.defineProperty(document, 'hidden', { get: () => isHidden });
  Object.defineProperty(document, 'visibilityState', { get: () => (isHidden ? 'hidden' : 'visible') });
};

export const setHidden = (hidden: boolean): void => {
  if (!isPlayed) play();
  isHidden = hidden;
  document.dispatchEvent(new Event('visibilitychange'));
  if (hidden) return;
  const due = [...waiting.values()];
  waiting.clear();
  for (const run of due) window.requestAnimationFrame(run);
};
