import { useMemo } from 'react';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { quotesByEvidence } from './cited.ts';

/** By evidence, the words of it that claims quote now. */
export const useQuotesOf = (incidentId: string): ReadonlyMap<string, readonly string[]> => {
  const rootCause = useInvestigationPart(incidentId, (investigation) => investigation.rootCause);
  const hypotheses = useInvestigationPart(incidentId, (investigation) => investigation.hypotheses);
  return useMemo(() => quotesByEvidence({ rootCause, hypotheses }), [rootCause, hypotheses]);
};
