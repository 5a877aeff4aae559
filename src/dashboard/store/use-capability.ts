import { useStore } from 'zustand';
import { useReadOnly } from '../lib/read-only.ts';
import { useLiveStore } from '../relay/relay-provider.tsx';

/** Whether the relay numbers its events: only then is it known how many of them were lost. */
export const useIsNumbered = (): boolean => useStore(useLiveStore(), ({ capabilities }) => capabilities.has('resume'));

/** Why something of ours can't be asked of this server now; undefined where it can. */
export const useWhyNot = (capability: string): string | undefined => {
  const readOnly = useReadOnly();
  const isThere = useStore(useLiveStore(), ({ capabilities }) => capabilities.has(capability));
  return readOnly ?? (isThere ? undefined : 'This relay does not offer it');
};
