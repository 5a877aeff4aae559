import type { MouseEvent } from 'react';

/**
 * For a button that is gone with its press: it gives up the focus first. To take the focus from an element that is removed
 * Chromium lays out the page, half changed as it is by then, and once more when it is whole.
 */
export const goingAway =
  (press: () => void) =>
  (event: MouseEvent<HTMLElement>): void => {
    event.currentTarget.blur();
    press();
  };
