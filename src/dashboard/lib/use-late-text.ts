import { useEffect, useEffectEvent, useState } from 'react';

/** Who types is not held up by what is looked for meanwhile. */
const SETTLED_MS = 100;

/**
 * A text that is typed here and kept elsewhere, in the address for one: the field has it at once and the keeper a
 * little later, so that the caret stays where it is; a change from elsewhere is taken over.
 */
export const useLateText = (kept: string, keep: (text: string) => void): [string, (text: string) => void] => {
  const [text, setText] = useState(kept);
  const [seen, setSeen] = useState(kept);
  const [given, setGiven] = useState(kept);
  if (kept !== seen) {
    setSeen(kept);
    // What comes back is what was given, while somebody has typed on.
    if (kept !== given) {
      setGiven(kept);
      setText(kept);
    }
  }
  const commit = useEffectEvent((next: string) => {
    if (next === given) return;
    setGiven(next);
    keep(next);
  });
  useEffect(() => {
    const timer = setTimeout(() => commit(text), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, setText];
};
