import { CircleCheck } from 'lucide-react';
import { unreachable } from '../lib/unreachable.ts';
import { Time } from '../ui/time.tsx';

/** What stands between two rows: before the event with this number. */
export type RowNote =
  | { kind: 'healed'; ordinal: number; at: number }
  | { kind: 'unheard'; ordinal: number; from: number; at: number }
  | { kind: 'unread'; ordinal: number; at: number }
  | { kind: 'reset'; ordinal: number; at: number };

export const RowNoteLine = ({ note }: { note: RowNote }) => {
  switch (note.kind) {
    case 'unread':
      return (
        <p className="flex items-center gap-3 px-4 py-1 text-2xs text-accent" data-note="unread">
          <span aria-hidden="true" className="h-px flex-1 bg-accent/50" />
          <span className="font-medium">
            New since <Time at={note.at} />
          </span>
          <span aria-hidden="true" className="h-px flex-1 bg-accent/50" />
        </p>
      );
    case 'healed':
      return (
        <p className="flex items-center justify-center gap-1.5 border-line border-y bg-sunken py-1 text-2xs text-muted">
          <CircleCheck className="size-3! text-good" />
          <span>
            The connection broke here and resumed at <Time at={note.at} />. Nothing is missing.
          </span>
        </p>
      );
    case 'unheard':
      return (
        <p className="border-line border-y bg-warn-soft px-4 py-1 text-center text-2xs text-warn">
          Not heard between <Time at={note.from} /> and <Time at={note.at} />. This relay keeps no past; what the API
          knows of it is filled in.
        </p>
      );
    case 'reset':
      return (
        <p className="border-line border-y bg-warn-soft px-4 py-1 text-center text-2xs text-warn">
          The relay’s log was replaced at <Time at={note.at} />. What follows is the new log.
        </p>
      );
    default:
      return unreachable(note);
  }
};
