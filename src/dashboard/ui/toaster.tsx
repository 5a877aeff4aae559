import { useEffect, useState } from 'react';
import { afterwards, onDemand } from './on-demand.tsx';
import { useSaid } from './toast.ts';

const ToastStack = onDemand(() => import('./toast-stack.tsx').then((module) => module.ToastStack));

/** The place of toasts; once, at the end of the page. It is there before the first, so that a screen reader hears that. */
export const Toaster = () => {
  const [wanted, setWanted] = useState(false);
  const hasSaid = useSaid((said) => said.length > 0);
  useEffect(() => afterwards(() => setWanted(true)), []);
  if (hasSaid && !wanted) setWanted(true);
  return wanted && <ToastStack />;
};
