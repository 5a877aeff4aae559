import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { useOverlayRoot } from './overlay-root.ts';

type TooltipProps = {
  /** Nothing is said where it is undefined. */
  content: ReactNode;
  side?: 'top' | 'right' | 'bottom' | 'left' | undefined;
  open?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
  closeOnClick?: boolean | undefined;
  children: ReactElement;
};

/** Says more about a control that already has a name; never the only place of a fact. */
export const Tooltip = ({ content, side = 'top', open, onOpenChange, closeOnClick = true, children }: TooltipProps) => (
  <Base.Root
    {...(open === undefined ? {} : { open })}
    disabled={content === undefined}
    onOpenChange={(next) => onOpenChange?.(next)}
  >
    <Base.Trigger render={children} closeOnClick={closeOnClick} />
    <Base.Portal container={useOverlayRoot()}>
      <Base.Positioner side={side} sideOffset={6} collisionPadding={8} className="z-50">
        <Base.Popup className="popup max-w-72 rounded-md border border-line-strong bg-raised px-2 py-1 text-ink text-xs shadow-overlay">
          {content}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  </Base.Root>
);

export const TooltipProvider = ({ children }: { children: ReactNode }) => (
  <Base.Provider delay={350} closeDelay={0}>
    {children}
  </Base.Provider>
);
