/** When something that matches was first on the screen, in milliseconds since the page was asked for. */
export const createFirst = (afterPaint: (run: () => void) => void) => {
  let seen: Promise<number> = Promise.resolve(Number.NaN);
  return {
    await(selector: string): void {
      seen = new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (document.querySelector(selector) === null) return;
          observer.disconnect();
          afterPaint(() => resolve(performance.now()));
        });
        observer.observe(document, { subtree: true, childList: true });
      });
    },
    seen: (): Promise<number> => seen,
  };
};
