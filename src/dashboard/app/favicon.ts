/** A dot on the tab's icon while something waits for a decision. */
export const markFavicon = (waiting: boolean): void => {
  document.querySelector('link[rel="icon"]')?.setAttribute('href', waiting ? '/icon-waiting.svg' : '/icon.svg');
};
