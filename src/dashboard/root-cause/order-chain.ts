import type { CausalLink } from '../../protocol/investigation.ts';

export type ChainLink = { label: string; at: number | null; evidenceIds: readonly string[] };

/** In the order of time; a link without a time stays behind the one that it was told after. */
export const orderChain = (links: readonly CausalLink[]): ChainLink[] => {
  let last = Number.NEGATIVE_INFINITY;
  const placed = links.map(({ label, at, evidenceIds = [] }, index) => {
    const parsed = at === undefined ? Number.NaN : Date.parse(at);
    const known = Number.isNaN(parsed) ? null : parsed;
    last = known ?? last;
    return { link: { label, at: known, evidenceIds }, place: last, index };
  });
  return placed.sort((a, b) => (a.place === b.place ? a.index - b.index : a.place - b.place)).map(({ link }) => link);
};
