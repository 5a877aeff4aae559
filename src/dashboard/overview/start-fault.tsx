import { FlaskConical, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useLab, useLabCommand } from '../api/lab.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { Select } from '../ui/select.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { labLook } from './lab-status.ts';

const SURPRISE = 'surprise';

const paces = [
  { value: '0.3', label: 'Fast' },
  { value: '1', label: 'Normal' },
  { value: '2', label: 'Slow' },
] as const;

/** Only in a demo: breaks the demo's own service, so that there is something to watch. */
export const StartFault = () => {
  const lab = useLab(true);
  const command = useLabCommand();
  const [fault, setFault] = useState(SURPRISE);
  const look = lab.data === undefined ? undefined : labLook[lab.data.state];
  const reason = look === undefined ? 'The demo service doesn’t answer yet.' : look.startable ? undefined : look.why;
  const resettable = look?.resettable === true;
  const busy = command.isPending ? command.variables.do : undefined;
  const options = [
    { value: SURPRISE, label: 'Surprise me' },
    ...(lab.data?.choices ?? []).map(({ id, title }) => ({ value: id, label: title })),
  ];
  return (
    <Card>
      <Panel
        title="Demo service"
        aside={
          look !== undefined && (
            <span className="flex items-center gap-1.5">
              <StatusDot tone={look.tone} shape={look.shape} running={look.running} />
              {look.label}
            </span>
          )
        }
      >
        <p className="mb-3 text-muted text-sm">
          A real small shop under load. A fault raises its alert by itself; agents investigate and propose a fix, which
          runs only after an admin approves it.
        </p>
        <div className="flex flex-col gap-3">
          <Select label="What goes wrong" value={fault} onValueChange={setFault} options={options} className="w-full" />
          <div className="flex flex-wrap items-center gap-2">
            <Button
              icon={<FlaskConical />}
              busy={busy === 'faults'}
              disabledReason={busy === undefined ? reason : undefined}
              onClick={() => command.mutate({ do: 'faults', fault })}
            >
              Start a fault
            </Button>
            <Button
              variant="ghost"
              icon={<RotateCcw />}
              busy={busy === 'reset'}
              disabledReason={busy !== undefined || resettable ? undefined : reason}
              onClick={() => command.mutate({ do: 'reset' })}
            >
              Reset
            </Button>
          </div>
          <div className="flex flex-wrap items-center justify-between gap-2">
            <span className="text-muted text-xs">Pauses of the agents</span>
            <Segmented
              label="Pauses of the agents"
              value={String(lab.data?.pace ?? 1)}
              onValueChange={(pace) => command.mutate({ do: 'pace', pace: Number(pace) })}
              options={paces}
            />
          </div>
        </div>
        <p role="status" className="mt-2 min-h-5 text-muted text-xs">
          {command.error === null ? (lab.data?.message ?? command.data?.message) : `Not done: ${command.error.message}`}
        </p>
      </Panel>
    </Card>
  );
};
