/** The log viewer with all lines, which it gets at once. */
import { LazyLog } from '@melloware/react-logviewer';
import { useEffect, useRef } from 'react';
import { createRoot } from 'react-dom/client';
import { rootElement } from './wire.ts';

const App = () => {
  const log = useRef<LazyLog>(null);
  useEffect(() => {
    Object.assign(globalThis, {
      peer: {
        jump: (line: number) => log.current?.handleScrollToLine(line),
        search: (words: string) => log.current?.handleSearch(words),
        filter(words: string) {
          log.current?.handleSearch(words);
          log.current?.handleFilterLinesWithMatches(true);
        },
      },
    });
  }, []);
  return <LazyLog ref={log} url="/lines" enableSearch selectableLines height={800} />;
};

createRoot(rootElement()).render(<App />);
