import { useEffect, useEffectEvent } from 'react';

/** ⌘K on a Mac, Ctrl-K elsewhere; also from within a field, as it carries a modifier. */
export const usePaletteKey = (toggle: () => void): void => {
  const fire = useEffectEvent(toggle);
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey)
        return;
      if (event.isComposing) return;
      event.preventDefault();
      fire();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
};
