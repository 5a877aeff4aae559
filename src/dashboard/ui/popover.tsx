import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';
import { useOverlayRoot } from './overlay-root.ts';

type PopoverProps = {
  /** A button; it gets the press and the state. */
  trigger: ReactElement;
  title: string;
  side?: 'top' | 'right' | 'bottom' | 'left' | undefined;
  align?: 'start' | 'center' | 'end' | undefined;
  children: ReactNode;
};

export const Popover = ({ trigger, title, side = 'bottom', align = 'start', children }: PopoverProps) => (
  <Base.Root>
    <Base.Trigger render={trigger} />
    <Base.Portal container={useOverlayRoot()}>
      <Base.Positioner side={side} align={align} sideOffset={6} collisionPadding={12} className="z-40">
        <Base.Popup
          data-overlay=""
          className="popup w-72 max-w-[calc(100vw-24px)] rounded-lg border border-line-strong bg-raised p-3.5 text-sm shadow-overlay outline-none"
        >
          <Base.Title className="mb-2 font-semibold text-ink text-sm">{title}</Base.Title>
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  </Base.Root>
);
