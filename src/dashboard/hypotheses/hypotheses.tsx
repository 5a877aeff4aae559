import { useMemo } from 'react';
import { EmptyNote } from '../lib/empty-note.tsx';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { Panel } from '../ui/panel.tsx';
import { HypothesisCard } from './hypothesis-card.tsx';
import { rankHypotheses } from './hypothesis-look.ts';

export const Hypotheses = ({ incidentId, className }: { incidentId: string; className?: string | undefined }) => {
  const hypotheses = useInvestigationPart(incidentId, (investigation) => investigation.hypotheses);
  const ranked = useMemo(() => rankHypotheses(hypotheses), [hypotheses]);
  // Curves end together, where the newest of them changed last.
  const until = hypotheses.reduce((latest, { at }) => Math.max(latest, at), 0);
  const refuted = hypotheses.filter(({ status }) => status === 'refuted').length;
  return (
    <Panel
      title="Hypotheses"
      id="hypotheses"
      className={className}
      bodyClassName="pb-2.5"
      aside={
        hypotheses.length > 0 && (
          <span className="tabular">
            {hypotheses.length}
            {refuted > 0 && `, ${refuted} ruled out`}
          </span>
        )
      }
    >
      {hypotheses.length === 0 ? (
        <div className="px-4 pb-1">
          <EmptyNote incidentId={incidentId} over="The agents named no hypothesis.">
            What the agents suspect appears here, with how sure they are; what they rule out is kept.
          </EmptyNote>
        </div>
      ) : (
        <ul>
          {ranked.map((hypothesis) => (
            <li key={hypothesis.hypothesisId}>
              <HypothesisCard hypothesis={hypothesis} until={until} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
};
