/** The log viewer reads the socket itself; it is told what a frame says. */
import { LazyLog } from '@melloware/react-logviewer';
import { useCallback, useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { eventsIn, FEED, lineOf, rootElement } from './wire.ts';

const EVERY_MS = 250;

/** What the viewer has is told nowhere but in its state. */
const Held = ({ read }: { read: () => number }) => {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setCount(read()), EVERY_MS);
    return () => clearInterval(timer);
  }, [read]);
  return <p id="held">{count} events</p>;
};

/** A frame without an event becomes an empty line. */
let empty = 0;
const formatMessage = (data: unknown): string => {
  const lines = eventsIn(JSON.parse(String(data))).map(lineOf);
  if (lines.length === 0) empty += 1;
  return lines.join('\n');
};

const App = () => {
  const log = useRef<LazyLog>(null);
  const read = useCallback(() => Math.max(0, (log.current?.state.count ?? 0) - empty), []);
  return (
    <>
      <Held read={read} />
      <LazyLog ref={log} url={FEED} websocket websocketOptions={{ formatMessage }} follow height={800} />
    </>
  );
};

createRoot(rootElement()).render(<App />);
