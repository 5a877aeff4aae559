import { createContext, useContext } from 'react';
import type { EvidenceItem } from '../../incident/state.ts';

/** Which piece was asked for; a new object each time, so that asking twice leads there twice. */
export type EvidenceTarget = { evidenceId: string };

/** How a part of the page names a piece of evidence, and leads to it. */
export type EvidenceLinks = {
  byId: ReadonlyMap<string, EvidenceItem>;
  open: (evidenceId: string) => void;
  /** What was opened last, where it is led to. */
  target?: EvidenceTarget | undefined;
};

export const EvidenceLinksContext = createContext<EvidenceLinks>({ byId: new Map(), open: () => undefined });

export const useEvidenceLinks = (): EvidenceLinks => useContext(EvidenceLinksContext);
