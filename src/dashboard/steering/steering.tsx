import { CircleStop, Download, Ellipsis, MessageSquarePlus, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { IncidentStatus } from '../../protocol/values.ts';
import { Button } from '../ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { onDemand } from '../ui/on-demand.tsx';
import { ExportItems } from './export-items.tsx';
import { useSteering } from './use-steering.ts';

const AbortDialog = onDemand(() => import('./abort-dialog.tsx').then((module) => module.AbortDialog));
const ContextDialog = onDemand(() => import('./context-dialog.tsx').then((module) => module.ContextDialog));

type SteeringProps = { incidentId: string; status: IncidentStatus | undefined };

/** What a person can tell the agents; one menu where there is no room for buttons. */
export const Steering = ({ incidentId, status }: SteeringProps) => {
  const { readOnly, abortBlocked, again } = useSteering(incidentId, status);
  const [open, setOpen] = useState<'context' | 'abort' | null>(null);
  const close = (): void => setOpen(null);
  return (
    <>
      <div className="flex items-center gap-2 max-lg:hidden">
        {again !== null && (
          <Button size="sm" icon={<RotateCcw />} busy={again.pending} onClick={again.investigate}>
            {again.pending ? 'Sending…' : 'Investigate again'}
          </Button>
        )}
        <Button size="sm" icon={<MessageSquarePlus />} disabledReason={readOnly} onClick={() => setOpen('context')}>
          Add context
        </Button>
        <Menu
          align="end"
          trigger={
            <Button size="sm" icon={<Download />}>
              Export
            </Button>
          }
        >
          <ExportItems incidentId={incidentId} />
        </Menu>
        {again === null && (
          <Button
            size="sm"
            variant="danger"
            icon={<CircleStop />}
            disabledReason={abortBlocked}
            onClick={() => setOpen('abort')}
          >
            Abort…
          </Button>
        )}
      </div>
      <div className="lg:hidden">
        <Menu
          align="end"
          trigger={
            <Button size="sm" icon={<Ellipsis />}>
              <span className="sr-only">More</span>
            </Button>
          }
        >
          <MenuItem icon={<MessageSquarePlus />} disabledReason={readOnly} onSelect={() => setOpen('context')}>
            Add context
          </MenuItem>
          {again !== null && (
            <MenuItem icon={<RotateCcw />} onSelect={again.investigate}>
              Investigate again
            </MenuItem>
          )}
          <ExportItems incidentId={incidentId} />
          {again === null && (
            <>
              <MenuSeparator />
              <MenuItem icon={<CircleStop />} disabledReason={abortBlocked} onSelect={() => setOpen('abort')}>
                Abort…
              </MenuItem>
            </>
          )}
        </Menu>
      </div>
      {open === 'context' && <ContextDialog incidentId={incidentId} onClose={close} />}
      {open === 'abort' && <AbortDialog incidentId={incidentId} blocked={abortBlocked} onClose={close} />}
    </>
  );
};
