import { type ReactNode, useEffect } from 'react';
import { create } from 'zustand';

/** Something that can be done on the page that is open; the palette offers it first. */
export type PageAction = {
  id: string;
  label: string;
  icon?: ReactNode;
  /** The key that does the same. */
  shortcut?: string | undefined;
  run: () => void;
};

/** One list for each part of the page that has any. */
export const usePageActionLists = create<ReadonlyMap<symbol, readonly PageAction[]>>(() => new Map());

/** Offers these in the palette while the component is mounted. The list may be a new one at each render. */
export const usePageActions = (actions: readonly PageAction[]): void => {
  useEffect(() => {
    const key = Symbol('page actions');
    usePageActionLists.setState((lists) => new Map(lists).set(key, actions), true);
    return () => usePageActionLists.setState((lists) => new Map([...lists].filter(([other]) => other !== key)), true);
  }, [actions]);
};
