/** All lines in memory, and those in sight as elements. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { rootElement } from './wire.ts';

const ROW_PX = 28;

const App = () => {
  const [lines, setLines] = useState<readonly string[]>([]);
  const [words, setWords] = useState('');
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    fetch('/lines')
      .then((response) => response.text())
      .then((text) => setLines(text.split('\n')));
  }, []);
  const shown = useMemo(() => (words === '' ? lines : lines.filter((line) => line.includes(words))), [lines, words]);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
  });
  useEffect(() => {
    const jump = (line: number): void => rows.scrollToIndex(line - 1, { align: 'center' });
    Object.assign(globalThis, { peer: { jump, search: setWords, filter: setWords } });
  }, [rows]);
  return (
    <div ref={scroller} style={{ height: 800, overflow: 'auto' }}>
      <ul style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => (
          <li key={index} className="log-line" style={{ position: 'absolute', top: start }}>
            {shown[index]}
          </li>
        ))}
      </ul>
    </div>
  );
};

createRoot(rootElement()).render(<App />);
