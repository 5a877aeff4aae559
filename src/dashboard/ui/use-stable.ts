import { useInsertionEffect, useRef, useState } from 'react';

/** The same function for as long as the component lives, which runs the newest: what it is given to need not draw again. */
export const useStable = <Args extends unknown[], Result>(run: (...args: Args) => Result) => {
  const newest = useRef(run);
  useInsertionEffect(() => {
    newest.current = run;
  });
  const [stable] = useState(
    () =>
      (...args: Args): Result =>
        newest.current(...args),
  );
  return stable;
};
