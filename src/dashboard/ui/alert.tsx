import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

/** What stands in the way, above what it is about. */
export const Alert = ({ tone, children }: { tone: 'warn' | 'bad'; children: ReactNode }) => (
  <div
    role="alert"
    className={
      tone === 'warn'
        ? 'flex items-start gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn'
        : 'flex items-start gap-2 rounded-md bg-bad-soft px-3 py-2 text-bad text-sm'
    }
  >
    <CircleAlert className="mt-0.5" />
    <div className="wrap-anywhere min-w-0 flex-1">{children}</div>
  </div>
);
