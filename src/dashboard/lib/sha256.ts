/** `sha256:` over the text; null where the page is not from a secure origin and the browser offers no digests. */
export const sha256 = async (text: string): Promise<string | null> => {
  if (globalThis.crypto?.subtle === undefined) return null;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `sha256:${[...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
};
