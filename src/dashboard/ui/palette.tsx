import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Kbd } from './kbd.tsx';

export type PaletteItem = { value: string; label: string; icon?: ReactNode; detail?: ReactNode; onSelect: () => void };
export type PaletteGroup = { value: string; items: PaletteItem[] };

type PaletteProps = {
  onOpenChange: (open: boolean) => void;
  label: string;
  query: string;
  onQueryChange: (query: string) => void;
  /** What was found for the query. */
  groups: readonly PaletteGroup[];
  /** Below what was found. */
  footer?: ReactNode;
};

/** Where the dialog puts the focus comes a moment late: the first letters, and the Enter after them, went elsewhere. */
const focusAtOnce = (input: HTMLInputElement | null): void => input?.focus();

/** Finds by typing, and does what is chosen. */
export const Palette = ({ onOpenChange, label, query, onQueryChange, groups, footer }: PaletteProps) => {
  const [before] = useState(() => document.activeElement);
  const choose = (item: PaletteItem): void => {
    onOpenChange(false);
    item.onSelect();
  };
  return (
    <Dialog.Root open onOpenChange={(next) => onOpenChange(next)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop fixed inset-0 z-40 bg-scrim" />
        <Dialog.Viewport className="fixed inset-0 z-40 flex items-start justify-center px-3 pt-[12dvh] pb-3">
          <Dialog.Popup
            data-overlay=""
            aria-label={label}
            finalFocus={() => (before instanceof HTMLElement && before.isConnected ? before : true)}
            className="popup flex max-h-[min(32rem,76dvh)] w-full max-w-xl flex-col overflow-hidden rounded-xl border border-line-strong bg-surface shadow-overlay outline-none"
          >
            <Autocomplete.Root
              open
              inline
              mode="none"
              items={groups}
              value={query}
              onValueChange={(next) => onQueryChange(next)}
              itemToStringValue={(item: PaletteItem) => item.label}
              autoHighlight="always"
              keepHighlight
            >
              <div className="flex items-center gap-2.5 border-line border-b px-4">
                <Search className="text-faint" />
                <Autocomplete.Input
                  ref={focusAtOnce}
                  aria-label={label}
                  placeholder={label}
                  className="h-12 min-w-0 flex-1 bg-transparent text-base text-ink outline-none placeholder:text-faint"
                />
                <Dialog.Close aria-label="Close: Esc" className="flex h-6 items-center rounded-sm text-muted">
                  <Kbd>Esc</Kbd>
                </Dialog.Close>
              </div>
              <Autocomplete.Empty>
                <p className="px-3 py-8 text-center text-muted text-sm">Nothing of that name.</p>
              </Autocomplete.Empty>
              <Autocomplete.List className="min-h-0 flex-1 overflow-y-auto p-1.5 data-empty:hidden">
                {(group: PaletteGroup) => (
                  <Autocomplete.Group key={group.value} items={group.items} className="mb-1">
                    <Autocomplete.GroupLabel className="px-2.5 pt-2 pb-1 text-2xs text-faint">
                      {group.value}
                    </Autocomplete.GroupLabel>
                    <Autocomplete.Collection>
                      {(item: PaletteItem) => (
                        <Autocomplete.Item
                          key={item.value}
                          value={item}
                          onClick={() => choose(item)}
                          className="flex min-h-9 cursor-default select-none items-center gap-2.5 rounded-md px-2.5 text-muted text-sm data-highlighted:bg-hover data-highlighted:text-ink pointer-coarse:min-h-11"
                        >
                          {item.icon}
                          <span className="min-w-0 flex-1 truncate">{item.label}</span>
                          {item.detail}
                        </Autocomplete.Item>
                      )}
                    </Autocomplete.Collection>
                  </Autocomplete.Group>
                )}
              </Autocomplete.List>
              {footer}
            </Autocomplete.Root>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
};
