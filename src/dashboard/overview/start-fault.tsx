import { FlaskConical } from 'lucide-react';
import { useLab, useStartFault } from '../api/lab.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { labLook } from './lab-status.ts';

const next = [
  'A real service under load gets slower, and its alert opens an incident.',
  'Agents investigate; open the incident to watch them.',
  'They propose a fix. It runs only after an admin approves it.',
];

/** Only in a demo: breaks the demo's own service, so that there is something to watch. */
export const StartFault = () => {
  const lab = useLab(true);
  const start = useStartFault();
  const look = lab.data === undefined ? undefined : labLook[lab.data.state];
  const reason = look === undefined ? 'The demo service doesn’t answer yet.' : look.startable ? undefined : look.why;
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
        <ol className="mb-3 flex list-decimal flex-col gap-1 pl-4 text-muted text-sm marker:text-faint">
          {next.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <Button
          icon={<FlaskConical />}
          busy={start.isPending}
          disabledReason={start.isPending ? undefined : reason}
          onClick={() => start.mutate()}
        >
          Start a fault
        </Button>
        <p role="status" className="mt-2 min-h-5 text-muted text-xs">
          {start.error === null ? (start.data?.message ?? lab.data?.message) : `Not started: ${start.error.message}`}
        </p>
      </Panel>
    </Card>
  );
};
