import type { EvidenceItem, Investigation } from './state.ts';

/** A piece of evidence as it was collected last; looks through all of them. */
export const findEvidence = (
  { evidence }: Pick<Investigation, 'evidence'>,
  evidenceId: string,
): EvidenceItem | undefined => evidence.find((item) => item.evidenceId === evidenceId);
