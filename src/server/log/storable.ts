const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Refuses text that SQLite does not give back as it was: up to Node 22 a text ends at its first NUL, and a lone
 * surrogate turns into U+FFFD everywhere. Two ids, or two tenants, would become one.
 */
export const assertStorable = (...texts: readonly (string | undefined)[]): void => {
  for (const text of texts) {
    if (text !== undefined && (text.includes('\0') || LONE_SURROGATE.test(text))) {
      throw new TypeError(`Text with a NUL or a lone surrogate cannot be stored: ${JSON.stringify(text.slice(0, 64))}`);
    }
  }
};
