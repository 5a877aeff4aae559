import { Unlink } from 'lucide-react';
import { useEvidenceLinks } from './evidence-links.ts';
import { toOneLine } from './plain-text.ts';

const CHIP =
  'inline-flex h-5 min-w-6 items-center justify-center rounded-sm bg-accent-soft px-1 font-medium font-mono text-2xs text-accent forced-colors:border pointer-coarse:h-6 pointer-coarse:min-w-8';

const EvidenceChip = ({ evidenceId }: { evidenceId: string }) => {
  const { byId, open } = useEvidenceLinks();
  const item = byId.get(evidenceId);
  if (item === undefined)
    return (
      <span className="inline-flex h-5 items-center rounded-sm bg-sunken px-1 text-2xs text-faint" title={evidenceId}>
        not received
      </span>
    );
  const summary = toOneLine(item.summary, 120);
  return (
    <button
      type="button"
      title={summary}
      aria-label={`${item.label}: ${summary}`}
      className={`${CHIP} hover:bg-selected hover:underline`}
      onClick={() => open(evidenceId)}
    >
      {item.label}
    </button>
  );
};

type EvidenceChipsProps = { ids: readonly string[] | undefined; required?: boolean | undefined };

/** The evidence of a claim as links; a claim that must have some and has none says so. */
export const EvidenceChips = ({ ids, required = false }: EvidenceChipsProps) => {
  if (ids === undefined || ids.length === 0)
    return required ? (
      <span className="inline-flex items-center gap-1 whitespace-nowrap text-2xs text-warn">
        <Unlink className="size-3!" />
        no evidence
      </span>
    ) : null;
  return (
    <span className="inline-flex flex-wrap gap-1 align-bottom">
      {[...new Set(ids)].map((id) => (
        <EvidenceChip key={id} evidenceId={id} />
      ))}
    </span>
  );
};
