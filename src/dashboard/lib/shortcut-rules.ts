const FIELDS =
  'input, textarea, select, [contenteditable]:not([contenteditable="false"]), [role="textbox"], [role="combobox"]';
/** What takes Enter and the space bar for itself. */
const PRESSED = 'a[href], button, summary, [role="button"], [role="tab"], [role="option"], [role="menuitem"]';
const OVERLAY = '[data-overlay][data-open]';

/** Whether a key was meant for the page, and not for what has the focus or lies above. */
export const mayFire = (event: KeyboardEvent): boolean => {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { target } = event;
  if (target instanceof Element) {
    if (target.closest(FIELDS) !== null) return false;
    if ((event.key === 'Enter' || event.key === ' ') && target.closest(PRESSED) !== null) return false;
  }
  return document.querySelector(OVERLAY) === null;
};
