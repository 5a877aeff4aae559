import { useEffect } from 'react';

let title = '';
let waiting = 0;

const write = (): void => {
  const name = title === '' ? 'CauseFlow Live' : `${title} · CauseFlow Live`;
  document.title = waiting === 0 ? name : `(${waiting}) ${name}`;
};

/** The tab's title. */
export const useTitle = (next: string): void => {
  useEffect(() => {
    title = next;
    write();
  }, [next]);
};

/** How much waits for a decision, before the tab's title. */
export const useTitleCount = (next: number): void => {
  useEffect(() => {
    waiting = next;
    write();
    return () => {
      waiting = 0;
      write();
    };
  }, [next]);
};
