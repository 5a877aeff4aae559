import { createContext, type RefObject, useContext } from 'react';

/** The page's landmark: a menu that is open is part of it, for who moves by landmarks too. */
const page: RefObject<HTMLElement | null> = {
  get current() {
    return document.querySelector('main');
  },
};

/** Where what opens above the page is put; undefined within a dialog, whose own portal it stays in. */
export const OverlayRootContext = createContext<RefObject<HTMLElement | null> | undefined>(page);

export const useOverlayRoot = () => useContext(OverlayRootContext);
