import { Connected } from '../../protocol/connection.ts';
import { parseFrame } from '../../protocol/json-rpc.ts';

/**
 * Sees the text frames that pass, which are only decoded for whoever calls for the text. What is returned goes on in
 * the frame's place; null is kept back, undefined passes as it came.
 */
export type Change = (text: () => string) => string | null | undefined;
export type Interception = { fromBrowser: Change; fromUpstream: Change };

/** What the relay says of itself in its greeting; undefined for any other frame. */
export const readCapabilities = (text: string): ReadonlySet<string> | undefined => {
  if (!text.includes('"connected"')) return undefined;
  const frame = parseFrame(text);
  const item = frame.kind === 'single' ? frame.item : undefined;
  if (item?.kind !== 'notification' || item.method !== 'connected') return undefined;
  return new Set(Connected.safeParse(item.params).data?.capabilities ?? []);
};
