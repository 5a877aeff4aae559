import { BookmarkPlus, Ellipsis, Link2, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { changeSettings, useSettings } from '../lib/settings.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { toast } from '../ui/toast.ts';
import type { IncidentFilter } from './incidents-search.ts';
import { ViewDialog } from './view-dialog.tsx';
import { type View, withoutView } from './views.ts';

const copyLink = (): void => {
  navigator.clipboard.writeText(location.href).then(
    () => toast('Link copied', { tone: 'good' }),
    () => toast('The browser refused to copy the link', { tone: 'bad' }),
  );
};

/** What can be done with the view that is shown. */
export const ViewMenu = ({ filter, current }: { filter: IncidentFilter; current: View | undefined }) => {
  const saved = useSettings((settings) => settings.views);
  const [dialog, setDialog] = useState<'save' | 'rename'>();
  const own = current?.saved === true ? current : undefined;
  const remove = ({ name }: View): void => {
    const before = saved;
    changeSettings({ views: withoutView(saved, name) });
    const action = { label: 'Undo', onPress: () => changeSettings({ views: before }) };
    toast(`View “${name}” deleted`, { action });
  };
  return (
    <>
      <Menu align="end" trigger={<IconButton label="View options" icon={<Ellipsis />} size="md" />}>
        <MenuItem
          icon={<BookmarkPlus />}
          disabledReason={current === undefined ? undefined : 'These filters are a view already.'}
          onSelect={() => setDialog('save')}
        >
          Save view…
        </MenuItem>
        <MenuItem icon={<Link2 />} onSelect={copyLink}>
          Copy link to this view
        </MenuItem>
        {own !== undefined && (
          <>
            <MenuSeparator />
            <MenuItem icon={<Pencil />} onSelect={() => setDialog('rename')}>
              Rename…
            </MenuItem>
            <MenuItem icon={<Trash2 />} onSelect={() => remove(own)}>
              Delete view
            </MenuItem>
          </>
        )}
      </Menu>
      {dialog !== undefined && (
        <ViewDialog
          filter={filter}
          renamed={dialog === 'rename' ? own?.name : undefined}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
};
