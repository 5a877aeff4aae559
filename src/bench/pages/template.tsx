/** What Vite's React template has on its page, written anew: a heading, a counter, a hint. */
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import './template.css';
import { rootElement } from './wire.ts';

const App = () => {
  const [count, setCount] = useState(0);
  return (
    <>
      <h1>Vite + React</h1>
      <button id="counter" type="button" onClick={() => setCount((before) => before + 1)}>
        count is {count}
      </button>
      <p>Edit the page and save it to see it change.</p>
    </>
  );
};

createRoot(rootElement()).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
