import { useEffect, useState } from 'react';
import { Logo } from '../ui/logo.tsx';

const SLOW_MS = 2_500;

/** Until the server has said who this is. */
export const Splash = () => {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main className="flex h-full flex-col items-center justify-center gap-3 p-6 text-center">
      <h1 className="sr-only">CauseFlow Live</h1>
      <Logo className="size-9 animate-breathe" />
      <p role="status" aria-label="Connection" className="min-h-6 text-muted text-sm">
        Connecting…
        {slow && (
          <span className="block text-faint">The server doesn’t answer yet. This page keeps trying by itself.</span>
        )}
      </p>
    </main>
  );
};
