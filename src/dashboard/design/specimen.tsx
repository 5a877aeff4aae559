import type { ReactNode } from 'react';
import { Card } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';

/** A part of the design system, with every state that it has. */
export const Specimen = ({ title, note, children }: { title: string; note?: string; children: ReactNode }) => (
  <Card>
    <Panel title={title} aside={note} bodyClassName="flex flex-col gap-4 px-4 pb-4">
      {children}
    </Panel>
  </Card>
);

/** Things of one kind beside each other, under a name. */
export const Row = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="grid items-start gap-x-4 gap-y-1.5 sm:grid-cols-[9rem_minmax(0,1fr)]">
    <p className="pt-1 text-faint text-xs">{name}</p>
    <div className="flex min-w-0 flex-wrap items-center gap-2">{children}</div>
  </div>
);
