/** Expressions of a page's for elements of the live view. */

/** By the start of what it says, or of what it is called. */
export const buttonOf = (name: string): string =>
  `[...document.querySelectorAll('button')].find((one) => (one.ariaLabel ?? one.textContent).trim().startsWith('${name}'))`;

/** Of the buttons that say which rows the timeline shows. */
export const showButtonOf = (name: string): string =>
  `[...document.querySelectorAll('[aria-label="Show"] button')].find((one) => one.textContent.startsWith('${name}'))`;
