import { Menu as Base } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useOverlayRoot } from './overlay-root.ts';

type MenuProps = {
  trigger: ReactElement;
  side?: 'top' | 'right' | 'bottom' | 'left' | undefined;
  align?: 'start' | 'center' | 'end' | undefined;
  children: ReactNode;
};

/** Nothing to see: while a menu is open, a press beside it only closes it, and what lies behind is out of reach. */
export const menuBackdrop = 'fixed inset-0 z-40';

export const menuPopup =
  'popup max-h-(--available-height) min-w-52 max-w-[calc(100vw-16px)] overflow-y-auto rounded-lg border border-line-strong bg-raised p-1 shadow-overlay outline-none';

export const menuRow =
  'flex min-h-8 cursor-default select-none items-center gap-2.5 rounded-md px-2 text-muted text-sm outline-none data-highlighted:bg-hover data-highlighted:text-ink pointer-coarse:min-h-10';

export const Menu = ({ trigger, side = 'bottom', align = 'start', children }: MenuProps) => (
  <Base.Root>
    <Base.Trigger render={trigger} />
    <Base.Portal container={useOverlayRoot()}>
      <Base.Backdrop className={menuBackdrop} />
      <Base.Positioner side={side} align={align} sideOffset={6} collisionPadding={8} className="z-40">
        <Base.Popup data-overlay="" className={menuPopup}>
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  </Base.Root>
);

type MenuItemProps = {
  icon?: ReactNode;
  onSelect: () => void;
  /** Why it cannot be chosen; said in it. */
  disabledReason?: string | undefined;
  children: ReactNode;
};

export const MenuItem = ({ icon, onSelect, disabledReason, children }: MenuItemProps) => (
  <Base.Item onClick={onSelect} disabled={disabledReason !== undefined} className={menuRow}>
    {icon}
    {disabledReason === undefined ? (
      children
    ) : (
      <span className="min-w-0 py-1">
        <span className="block text-faint">{children}</span>
        <span className="block text-muted text-xs">{disabledReason}</span>
      </span>
    )}
  </Base.Item>
);

type MenuDownloadProps = { icon?: ReactNode; href: string; filename: string; children: ReactNode };

/** A file that the server makes. */
export const MenuDownload = ({ icon, href, filename, children }: MenuDownloadProps) => (
  <Base.LinkItem href={href} download={filename} closeOnClick className={`${menuRow} no-underline`}>
    {icon}
    {children}
  </Base.LinkItem>
);

export const MenuSeparator = () => <Base.Separator className="my-1 h-px bg-line" />;

type MenuChoiceProps<Value extends string> = {
  label: string;
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly { value: Value; label: string; icon?: ReactNode }[];
};

export const MenuChoice = <Value extends string>({ label, value, onValueChange, options }: MenuChoiceProps<Value>) => (
  <Base.Group>
    <Base.GroupLabel className="px-2 pt-1.5 pb-1 text-2xs text-faint">{label}</Base.GroupLabel>
    <Base.RadioGroup value={value} onValueChange={onValueChange}>
      {options.map((option) => (
        <Base.RadioItem key={option.value} value={option.value} closeOnClick={false} className={menuRow}>
          {option.icon}
          <span className="flex-1">{option.label}</span>
          <Base.RadioItemIndicator>
            <Check className="text-accent" />
          </Base.RadioItemIndicator>
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  </Base.Group>
);
