import { Dialog as Base } from '@base-ui/react/dialog';
import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { type ReactNode, type RefObject, useRef } from 'react';
import { IconButton } from './icon-button.tsx';
import { OverlayRootContext } from './overlay-root.ts';

export type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  /** Beside the title: a deadline, a state. */
  aside?: ReactNode;
  footer?: ReactNode;
  size?: 'sm' | 'md' | 'lg' | undefined;
  /** A press beside it does not close it: something was typed, or decided. */
  modalOnly?: boolean | undefined;
  /** Otherwise the first field, or the dialog itself: never a button that a key in flight could press. */
  initialFocus?: RefObject<HTMLElement | null> | undefined;
  children?: ReactNode;
};

const widths = { sm: 'sm:max-w-md', md: 'sm:max-w-xl', lg: 'sm:max-w-3xl' };

export const DialogPopup = ({
  open,
  onOpenChange,
  title,
  description,
  aside,
  footer,
  size = 'md',
  modalOnly = false,
  initialFocus,
  children,
}: DialogProps) => {
  const popup = useRef<HTMLDivElement>(null);
  const firstField = () => popup.current?.querySelector<HTMLElement>('input, textarea') ?? popup.current;
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)} disablePointerDismissal={modalOnly}>
      <Base.Portal>
        <Base.Backdrop className="backdrop fixed inset-0 z-40 bg-scrim" />
        <Base.Viewport className="fixed inset-0 z-40 flex items-end justify-center sm:items-center sm:p-6">
          <Base.Popup
            data-overlay=""
            ref={popup}
            initialFocus={initialFocus ?? firstField}
            className={clsx(
              'popup flex max-h-[92dvh] w-full flex-col rounded-t-xl border border-line-strong bg-surface shadow-overlay outline-none sm:max-h-full sm:rounded-xl',
              widths[size],
            )}
          >
            <OverlayRootContext value={undefined}>
              <header className="flex items-start gap-3 border-line border-b px-5 py-4">
                <div className="min-w-0 flex-1">
                  <Base.Title className="font-semibold text-ink text-lg">{title}</Base.Title>
                  {description !== undefined && (
                    <Base.Description render={<div />} className="mt-0.5 text-muted text-sm">
                      {description}
                    </Base.Description>
                  )}
                </div>
                {aside}
                <Base.Close render={<IconButton label="Close" icon={<X />} className="-mr-1.5" />} />
              </header>
              <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
              {footer !== undefined && (
                <footer className="flex flex-wrap items-center justify-end gap-2 border-line border-t px-5 py-3.5">
                  {footer}
                </footer>
              )}
            </OverlayRootContext>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
};
