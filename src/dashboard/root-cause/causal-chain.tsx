import { useMemo } from 'react';
import type { CausalLink } from '../../protocol/investigation.ts';
import { EvidenceChips } from '../lib/evidence-chips.tsx';
import { toOneLine } from '../lib/plain-text.ts';
import { Time } from '../ui/time.tsx';
import { orderChain } from './order-chain.ts';

export const CausalChain = ({ links }: { links: readonly CausalLink[] }) => {
  const chain = useMemo(() => orderChain(links), [links]);
  return (
    <ol aria-label="Causal chain" className="flex flex-col">
      {chain.map((link, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: the chain comes as a whole, and two links may say the same
          key={index}
          className="group relative grid grid-cols-[0.75rem_minmax(0,1fr)] gap-x-2 pb-2 last:pb-0"
        >
          <span
            aria-hidden="true"
            className="absolute start-[3px] top-3 bottom-0 w-px bg-line-strong forced-color-adjust-none group-last:hidden"
          />
          <span aria-hidden="true" className="mt-1.5 size-[7px] rounded-full bg-accent forced-color-adjust-none" />
          <p className="wrap-anywhere text-sm">
            {link.at !== null && <Time at={link.at} className="mr-1.5 font-mono text-faint text-xs" />}
            <span className="text-ink">{toOneLine(link.label)}</span> <EvidenceChips ids={link.evidenceIds} required />
          </p>
        </li>
      ))}
    </ol>
  );
};
