import { EvidenceChips } from './evidence-chips.tsx';

/** What speaks against a claim, apart from what it rests on. */
export const Against = ({ ids }: { ids: readonly string[] }) =>
  ids.length === 0 ? null : (
    <p className="mt-1 flex flex-wrap items-center gap-1.5 text-warn text-xs">
      Speaks against it <EvidenceChips ids={ids} />
    </p>
  );
