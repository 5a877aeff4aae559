import { type ReactNode, useMemo, useState } from 'react';
import { confidenceFigure } from '../../incident/confidence.ts';
import type { Remediation, RootCause } from '../../incident/state.ts';
import { EvidenceChips } from '../lib/evidence-chips.tsx';
import { EvidenceLinksContext, useEvidenceLinks } from '../lib/evidence-links.ts';
import { PlainText } from '../lib/plain-text-block.tsx';
import { BlastRadius, RiskBadge } from './plan-facts.tsx';
import { PlanSteps } from './plan-steps.tsx';
import { Preconditions } from './preconditions.tsx';
import { UndoPlan } from './undo-plan.tsx';

type PlanReviewProps = {
  plan: Remediation;
  /** The plan as it is now: its preconditions are looked at again while it is read. */
  live: Remediation;
  /** The plan as it was shown before it changed. */
  before: Remediation | null;
  cause: RootCause | null;
  renderEvidence: (evidenceId: string) => ReactNode;
};

const Part = ({ name, children }: { name: string; children: ReactNode }) => (
  <section aria-label={name} className="min-w-0">
    <h3 className="mb-1.5 text-faint text-xs">{name}</h3>
    {children}
  </section>
);

/** The reasons, with their evidence to be looked at without leaving the plan. */
const Why = ({ plan, cause, renderEvidence }: Omit<PlanReviewProps, 'before' | 'live'>) => {
  const links = useEvidenceLinks();
  const [peeked, setPeeked] = useState<string | null>(null);
  const here = useMemo(
    () => ({ ...links, open: (id: string) => setPeeked((before) => (before === id ? null : id)) }),
    [links],
  );
  const ids = plan.evidenceIds.length > 0 ? plan.evidenceIds : cause?.evidenceIds;
  return (
    <EvidenceLinksContext value={here}>
      <p className="wrap-anywhere text-ink text-sm">
        {cause === null ? (
          <span className="text-warn">No root cause was concluded. </span>
        ) : (
          <>
            <PlainText text={cause.statement} most={600} />{' '}
            <span className="tabular text-muted">{confidenceFigure(cause.confidence)}</span>{' '}
          </>
        )}
        <EvidenceChips ids={ids} required />
      </p>
      {peeked !== null && (
        <div className="mt-2 rounded-md border border-line bg-surface p-2.5">{renderEvidence(peeked)}</div>
      )}
    </EvidenceLinksContext>
  );
};

/** Everything that an approval stands for. */
export const PlanReview = ({ plan, live, before, cause, renderEvidence }: PlanReviewProps) => (
  <div className="flex flex-col gap-5">
    <Part name="Runs exactly this, in order">
      {plan.description !== '' && (
        <p className="mb-2">
          <PlainText text={plan.description} className="text-muted text-sm" />
        </p>
      )}
      <PlanSteps steps={plan.steps} full started={false} before={before?.steps} />
    </Part>
    <div className="grid gap-5 border-line border-t pt-4 sm:grid-cols-2">
      <Part name="Why">
        <Why plan={plan} cause={cause} renderEvidence={renderEvidence} />
      </Part>
      <Part name="Undo, if it goes wrong">
        <UndoPlan plan={plan} />
      </Part>
      <Part name="Depends on">
        <Preconditions plan={live} />
      </Part>
      <Part name="Risk and reach">
        <div className="flex flex-col gap-2">
          <p className="flex flex-wrap items-center gap-2 text-sm">
            <RiskBadge plan={plan} />
            {plan.expectedEffect !== null && <span className="wrap-anywhere text-ink">{plan.expectedEffect}</span>}
          </p>
          <BlastRadius plan={plan} />
        </div>
      </Part>
    </div>
  </div>
);
