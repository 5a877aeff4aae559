import type { ReactNode } from 'react';

/** What is set, what it means, and the control. */
export const SettingRow = ({ name, note, children }: { name: string; note: ReactNode; children: ReactNode }) => (
  <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-line border-t px-4 py-3.5 first:border-t-0">
    <div className="min-w-0 flex-1 basis-56">
      <p className="font-medium text-ink text-sm">{name}</p>
      <p className="text-muted text-xs">{note}</p>
    </div>
    {children}
  </div>
);
