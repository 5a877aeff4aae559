import { type ComponentType, useEffect, useState } from 'react';
import { afterwards, patiently } from './on-demand.tsx';
import { useSaid } from './toast.ts';

const load = (): Promise<ComponentType> =>
  patiently(() => import('./toast-stack.tsx').then((module) => module.ToastStack));

/** The place of toasts; once, at the end of the page. It is there before the first, so that a screen reader hears that. */
export const Toaster = () => {
  const [Stack, setStack] = useState<ComponentType>();
  const hasSaid = useSaid((said) => said.length > 0);
  useEffect(() => afterwards(() => void load().then((loaded) => setStack(() => loaded))), []);
  useEffect(() => {
    if (hasSaid) void load().then((loaded) => setStack(() => loaded));
  }, [hasSaid]);
  return Stack !== undefined && <Stack />;
};
