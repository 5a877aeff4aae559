import { findEvidence } from '../../incident/find-evidence.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { EvidenceBody } from './evidence-body.tsx';
import { useQuotesOf } from './use-quotes-of.ts';

type EvidencePieceProps = { incidentId: string; evidenceId: string };

/** One piece of evidence where something else speaks of it. */
export const EvidencePiece = ({ incidentId, evidenceId }: EvidencePieceProps) => {
  const item = useInvestigationPart(incidentId, (investigation) => findEvidence(investigation, evidenceId));
  const quotes = useQuotesOf(incidentId).get(evidenceId);
  if (item === undefined) return <p className="text-faint text-xs">This evidence has not been received.</p>;
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <p className="wrap-anywhere text-muted text-xs">
        <span className="font-mono text-accent">{item.label}</span> {toOneLine(item.summary)}
      </p>
      <EvidenceBody item={item} {...(quotes !== undefined && { quotes })} />
    </div>
  );
};
