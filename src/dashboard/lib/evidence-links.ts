import { createContext, useContext } from 'react';
import type { EvidenceItem } from '../../incident/state.ts';

/** How a part of the page names a piece of evidence, and leads to it. */
export type EvidenceLinks = {
  byId: ReadonlyMap<string, EvidenceItem>;
  open: (evidenceId: string) => void;
};

export const EvidenceLinksContext = createContext<EvidenceLinks>({ byId: new Map(), open: () => undefined });

export const useEvidenceLinks = (): EvidenceLinks => useContext(EvidenceLinksContext);
