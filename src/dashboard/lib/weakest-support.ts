import type { EvidenceItem } from '../../incident/state.ts';

/** Of the evidence that a verdict rests on, the piece that is oldest; undefined where there is none. */
export const weakestSupport = (
  evidenceIds: readonly string[],
  byId: ReadonlyMap<string, EvidenceItem>,
): EvidenceItem | undefined =>
  evidenceIds
    .flatMap((id) => byId.get(id) ?? [])
    .reduce<EvidenceItem | undefined>((oldest, next) => (oldest && oldest.at <= next.at ? oldest : next), undefined);
