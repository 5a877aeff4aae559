import { useSettings } from '../lib/settings.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Kbd } from '../ui/kbd.tsx';

const groups = [
  {
    name: 'Everywhere',
    keys: [
      ['?', 'Show the shortcuts'],
      ['/', 'Search on the page'],
      [`${/Mac|iP/.test(navigator.platform) ? '⌘' : 'Ctrl'} K`, 'Find incidents, pages and actions'],
      ['Esc', 'Close what is open'],
    ],
  },
  {
    name: 'Lists',
    keys: [
      ['j', 'Next row'],
      ['k', 'Previous row'],
      ['Enter', 'Open the row'],
      ['n', 'New incident'],
    ],
  },
  {
    name: 'Approvals',
    keys: [
      ['a', 'Approve the plan'],
      ['x', 'Reject the plan'],
    ],
  },
  {
    name: 'Live view',
    keys: [
      ['f', 'Follow the newest event'],
      ['G', 'Go back to live'],
      ['e', 'Next error'],
      ['a', 'Review the approval'],
      ['r', 'Check the weakest support again'],
      ['← →', 'One event back or on'],
      ['Space', 'Play or pause a replay'],
      ['[', 'Previous incident'],
      [']', 'Next incident'],
      ['1 – 6', 'Go to a panel'],
    ],
  },
] as const;

export const ShortcutsDialog = ({ onClose }: { onClose: () => void }) => {
  const enabled = useSettings((settings) => settings.shortcuts);
  return (
    <Dialog
      open
      onOpenChange={(next) => !next && onClose()}
      title="Keyboard shortcuts"
      description={
        enabled ? 'Single keys can be switched off in Settings.' : 'Single keys are switched off in Settings.'
      }
    >
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {groups.map((group) => (
          <section key={group.name} aria-label={group.name}>
            <h3 className="mb-1.5 font-medium text-faint text-xs">{group.name}</h3>
            <dl className="flex flex-col">
              {group.keys.map(([key, what]) => (
                <div key={key} className="flex min-h-7 items-center justify-between gap-3 text-sm">
                  <dt className="text-ink">{what}</dt>
                  <dd className="flex gap-1 text-muted">
                    {key.split(' ').map((part) => (part === '–' ? part : <Kbd key={part}>{part}</Kbd>))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
};
