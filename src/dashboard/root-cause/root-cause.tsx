import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { confidenceFigure, confidenceInWords, isConclusive } from '../../incident/confidence.ts';
import type { RootCause as Cause, Hypothesis } from '../../incident/state.ts';
import { Against } from '../lib/against.tsx';
import { EmptyNote } from '../lib/empty-note.tsx';
import { EvidenceChips } from '../lib/evidence-chips.tsx';
import { toOneLine } from '../lib/plain-text.ts';
import { PlainText } from '../lib/plain-text-block.tsx';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { Panel } from '../ui/panel.tsx';
import { CausalChain } from './causal-chain.tsx';
import { Freshness } from './freshness.tsx';

const STATEMENT_CHARS = 600;

const Confidence = ({ value }: { value: number }) => (
  <span className={clsx('tabular font-medium text-xs', isConclusive(value) ? 'text-good' : 'text-warn')}>
    {confidenceInWords(value)} · {confidenceFigure(value)}
  </span>
);

const Part = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="mt-3">
    <h3 className="mb-1 text-faint text-xs">{name}</h3>
    {children}
  </div>
);

const List = ({ name, items }: { name: string; items: readonly string[] }) =>
  items.length === 0 ? null : (
    <Part name={name}>
      <ul className="flex flex-col gap-1 text-ink text-sm">
        {items.map((item) => (
          <li key={item} className="grid grid-cols-[0.75rem_minmax(0,1fr)] gap-x-2">
            <span aria-hidden="true" className="text-faint">
              –
            </span>
            <PlainText text={item} most={STATEMENT_CHARS} />
          </li>
        ))}
      </ul>
    </Part>
  );

const Found = ({ incidentId, cause }: { incidentId: string; cause: Cause }) => (
  <>
    <p className="wrap-anywhere font-medium text-base text-ink">
      {!isConclusive(cause.confidence) && <span className="text-warn">Inconclusive: strongest lead: </span>}
      <PlainText text={cause.statement} most={STATEMENT_CHARS} /> <EvidenceChips ids={cause.evidenceIds} required />
    </p>
    <Against ids={cause.contradictingEvidenceIds} />
    <Freshness incidentId={incidentId} cause={cause} />
    {cause.causalChain.length > 0 && (
      <div className="mt-3">
        <CausalChain links={cause.causalChain} />
      </div>
    )}
    {cause.impact !== null && cause.impact !== '' && (
      <Part name="Impact">
        <PlainText text={cause.impact} most={STATEMENT_CHARS} className="text-ink text-sm" />
      </Part>
    )}
    <List name="Recommended" items={cause.recommendedActions} />
    <List name="Open questions" items={cause.openQuestions} />
    <List name="Not checked" items={cause.notChecked} />
  </>
);

const leads = (hypotheses: readonly Hypothesis[]): Hypothesis | undefined =>
  hypotheses
    .filter(({ status }) => status !== 'refuted')
    .reduce<Hypothesis | undefined>(
      (best, next) => (best && best.confidence >= next.confidence ? best : next),
      undefined,
    );

const NotYet = ({ incidentId, lead }: { incidentId: string; lead: Hypothesis | undefined }) =>
  lead === undefined ? (
    <EmptyNote incidentId={incidentId} over="It was not established.">
      Not known yet. What leads is shown here as soon as an agent suspects something.
    </EmptyNote>
  ) : (
    <>
      <p className="text-muted text-sm">
        Not concluded yet. What leads so far, at <span className="tabular">{confidenceFigure(lead.confidence)}</span>:
      </p>
      <p className="wrap-anywhere mt-0.5 text-base text-ink">
        {toOneLine(lead.statement)} <EvidenceChips ids={lead.evidenceIds} required />
      </p>
    </>
  );

export const RootCause = ({ incidentId, className }: { incidentId: string; className?: string | undefined }) => {
  const cause = useInvestigationPart(incidentId, (investigation) => investigation.rootCause);
  const hypotheses = useInvestigationPart(incidentId, (investigation) => investigation.hypotheses);
  return (
    <Panel
      title="Root cause"
      id="root-cause"
      className={className}
      aside={cause !== null && <Confidence value={cause.confidence} />}
    >
      {cause === null ? (
        <NotYet incidentId={incidentId} lead={leads(hypotheses)} />
      ) : (
        <Found incidentId={incidentId} cause={cause} />
      )}
    </Panel>
  );
};
