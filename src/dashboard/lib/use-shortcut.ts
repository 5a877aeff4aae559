import { useEffect, useEffectEvent } from 'react';
import { isMomentFor } from './key-moment.ts';
import { useSettings } from './settings.ts';
import { mayFire } from './shortcut-rules.ts';

type ShortcutOptions = {
  enabled?: boolean | undefined;
  /** Changes something on the server: not while there is no connection to it. */
  acts?: boolean | undefined;
  /** Also while the page shows the past: the keys of the replay itself, and of finding one's way. */
  inPast?: boolean | undefined;
};

/**
 * Calls `handler` on a key (`event.key`: `j`, `G`, `?`, `Enter`) that was meant for the page: never from a field, during
 * IME input, under an overlay, with a modifier or while looking at the past, and single characters only where settings
 * allow them.
 */
export const useShortcut = (
  key: string | readonly string[],
  handler: (event: KeyboardEvent) => void,
  { enabled = true, acts = false, inPast = false }: ShortcutOptions = {},
): void => {
  const keys = typeof key === 'string' ? key : key.join('\n');
  const allowed = useSettings((settings) => settings.shortcuts);
  const fire = useEffectEvent(handler);
  useEffect(() => {
    if (!enabled) return;
    const wanted = new Set(keys.split('\n'));
    const listen = (event: KeyboardEvent): void => {
      if (!wanted.has(event.key) || (event.key.length === 1 && !allowed) || !mayFire(event)) return;
      if (!isMomentFor({ acts, inPast })) return;
      event.preventDefault();
      fire(event);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [keys, enabled, allowed, acts, inPast]);
};
