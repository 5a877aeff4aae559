import { Check, ExternalLink, X } from 'lucide-react';
import { confidenceFigure, confidenceInWords } from '../../incident/confidence.ts';
import type { KnownSolution } from '../../incident/state.ts';
import { useDecideKnownSolution } from '../api/steering.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { useReadOnly } from '../lib/read-only.ts';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { Alert } from '../ui/alert.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Panel } from '../ui/panel.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { Time } from '../ui/time.tsx';
import { steeringProblem } from './steering-problem.ts';
import { safeLink } from './steering-rules.ts';

const Runbook = ({ address }: { address: string | null }) => {
  const href = safeLink(address);
  if (href === null)
    return address === null ? null : <span className="wrap-anywhere">Runbook: {toOneLine(address, 200)}</span>;
  return (
    <a href={href} target="_blank" rel="noreferrer" className="inline-flex items-center gap-1 text-accent">
      Runbook <ExternalLink className="size-3!" />
      <span className="sr-only">, opens in a new tab</span>
    </a>
  );
};

const Decision = ({ decision }: { decision: NonNullable<KnownSolution['decision']> }) => (
  <p className="mt-1.5 flex items-center gap-1.5 text-muted text-sm">
    <StatusDot
      shape={decision.action === 'accept' ? 'check' : 'dash'}
      tone={decision.action === 'accept' ? 'good' : 'neutral'}
    />
    <span className="wrap-anywhere min-w-0">
      {decision.action === 'accept' ? 'Accepted' : 'Dismissed'} by {decision.by}{' '}
      <span className="text-faint text-xs">
        <Time at={decision.at} />
      </span>
    </span>
  </p>
);

const Decide = ({ incidentId, patternId }: { incidentId: string; patternId: string }) => {
  const decide = useDecideKnownSolution(incidentId);
  const sending = (action: 'accept' | 'dismiss') => decide.isPending && decide.variables.action === action;
  // Accepted by the server: the event that says so is on its way.
  const readOnly = useReadOnly();
  const settling = readOnly ?? (decide.isSuccess ? 'Sent; the decision shows in a moment' : undefined);
  const press = (action: 'accept' | 'dismiss') => () => {
    if (!decide.isPending) decide.mutate({ action, patternId });
  };
  return (
    <div className="mt-2.5 flex flex-col gap-2.5">
      {decide.error !== null && <Alert tone="warn">{steeringProblem(decide.error)}</Alert>}
      <div className="flex items-center justify-between gap-2">
        <Button
          size="sm"
          variant="primary"
          icon={<Check />}
          busy={sending('accept')}
          disabledReason={settling}
          onClick={press('accept')}
        >
          {sending('accept') ? 'Sending…' : 'Accept'}
        </Button>
        <Button
          size="sm"
          variant="ghost"
          icon={<X />}
          busy={sending('dismiss')}
          disabledReason={settling}
          onClick={press('dismiss')}
        >
          {sending('dismiss') ? 'Sending…' : 'Dismiss'}
        </Button>
      </div>
    </div>
  );
};

type KnownSolutionsProps = { incidentId: string; className?: string | undefined };

/** What fitted an earlier incident like this one; a person says whether it fits again. */
export const KnownSolutions = ({ incidentId, className }: KnownSolutionsProps) => {
  const solutions = useInvestigationPart(incidentId, (investigation) => investigation.knownSolutions);
  if (solutions.length === 0) return null;
  const waiting = solutions.some(({ decision }) => decision === null);
  return (
    <Panel title="Known solution" className={className} aside={waiting && <Badge tone="warn">Accept or dismiss</Badge>}>
      <ul className="flex flex-col gap-3">
        {solutions.map((solution) => (
          <li key={solution.patternId}>
            <p className="wrap-anywhere font-medium text-ink text-sm">{toOneLine(solution.title, 300)}</p>
            <p className="tabular mt-0.5 flex flex-wrap items-center gap-x-2 text-muted text-xs">
              <span>
                {confidenceInWords(solution.confidence)} · {confidenceFigure(solution.confidence)}
              </span>
              <Runbook address={solution.runbookUrl} />
            </p>
            {solution.decision === null ? (
              <Decide incidentId={incidentId} patternId={solution.patternId} />
            ) : (
              <Decision decision={solution.decision} />
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
};
