import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { useEffect } from 'react';
import type { Tone } from './badge.tsx';
import { buttonClass } from './button-class.ts';
import { type DotShape, StatusDot } from './status-dot.tsx';
import { useSaid } from './toast.ts';

type ToastData = { tone: Tone };

const toastManager = Toast.createToastManager<ToastData>();

const shapes: Record<Tone, DotShape> = { neutral: 'dot', accent: 'dot', good: 'check', warn: 'half', bad: 'cross' };

const Toasts = () => {
  const { toasts } = Toast.useToastManager<ToastData>();
  return toasts.map((item) => {
    const tone = item.data?.tone ?? 'neutral';
    return (
      <Toast.Root
        key={item.id}
        toast={item}
        className="toast flex w-full items-start gap-2.5 rounded-lg border border-line-strong bg-raised p-3 text-sm shadow-overlay"
      >
        <StatusDot tone={tone} shape={shapes[tone]} className="mt-1" />
        {/* Bad news is said at once; the rest when the reader comes to it. */}
        <div role={tone === 'bad' ? 'alert' : undefined} className="min-w-0 flex-1">
          <Toast.Title className="font-medium text-ink" />
          <Toast.Description className="wrap-anywhere text-muted text-xs" />
        </div>
        <Toast.Action className={buttonClass('secondary', 'sm')} />
        {/* The library hides it where toasts lie on a pile; these stand below each other. */}
        <Toast.Close
          aria-label="Dismiss"
          aria-hidden={false}
          className="flex size-6 items-center justify-center rounded-sm text-faint hover:text-ink"
        >
          <X />
        </Toast.Close>
      </Toast.Root>
    );
  });
};

/** Shows what was said before it was there, too. */
const takeSaid = (): void => {
  const said = useSaid.getState();
  if (said.length === 0) return;
  useSaid.setState([], true);
  for (const { title, description, tone = 'neutral', action } of said)
    toastManager.add({
      title,
      data: { tone },
      ...(description !== undefined && { description }),
      ...(action !== undefined && { actionProps: { children: action.label, onClick: action.onPress } }),
    });
};

export const ToastStack = () => {
  // After those of the provider, which listens from then on.
  useEffect(() => {
    takeSaid();
    return useSaid.subscribe(takeSaid);
  }, []);
  return (
    <Toast.Provider toastManager={toastManager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-20 z-50 flex w-[calc(100vw-32px)] flex-col gap-2 sm:bottom-6 sm:w-88">
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
};
