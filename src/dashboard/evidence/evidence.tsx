import { useCallback, useEffect, useRef, useState } from 'react';
import type { EvidenceItem } from '../../incident/state.ts';
import { EmptyNote } from '../lib/empty-note.tsx';
import { useEvidenceLinks } from '../lib/evidence-links.ts';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { Button } from '../ui/button.tsx';
import { formatNumber } from '../ui/format-number.ts';
import { Panel } from '../ui/panel.tsx';
import { EvidenceCard } from './evidence-card.tsx';
import { useQuotesOf } from './use-quotes-of.ts';

type EvidenceProps = { incidentId: string; className?: string | undefined };

/** Of a large incident the newest pieces are drawn; so many more with each press, and all from one that was asked for. */
const DRAWN = 60;

/** Charts say at a glance what they say; the rest opens on demand. */
const opensByItself = (item: EvidenceItem): boolean => item.data?.kind === 'metric';

export const Evidence = ({ incidentId, className }: EvidenceProps) => {
  const { target } = useEvidenceLinks();
  const evidence = useInvestigationPart(incidentId, (investigation) => investigation.evidence);
  const quotes = useQuotesOf(incidentId);
  const [choices, setChoices] = useState<ReadonlyMap<string, boolean>>(new Map());
  const isOpen = (item: EvidenceItem): boolean => choices.get(item.evidenceId) ?? opensByItself(item);
  const onOpen = useCallback(
    (evidenceId: string, open: boolean) => setChoices((before) => new Map(before).set(evidenceId, open)),
    [],
  );

  const [drawn, setDrawn] = useState(DRAWN);
  const asked = target === undefined ? -1 : evidence.findIndex(({ evidenceId }) => evidenceId === target.evidenceId);
  const newest = Math.max(0, evidence.length - drawn);
  const first = asked < 0 ? newest : Math.min(newest, asked);

  const wanted = useRef<string | null>(null);
  useEffect(() => {
    if (target === undefined) return;
    wanted.current = target.evidenceId;
    setChoices((before) => new Map(before).set(target.evidenceId, true));
  }, [target]);
  // Only an open card has its height, so the way there follows the opening.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs after each opening
  useEffect(() => {
    if (wanted.current === null) return;
    const card = document.getElementById(`evidence-${wanted.current}`);
    wanted.current = null;
    card?.scrollIntoView({ block: 'start' });
    card?.focus({ preventScroll: true });
  }, [choices]);

  return (
    <Panel
      title="Evidence"
      id="evidence"
      className={className}
      bodyClassName="pb-2"
      aside={evidence.length > 0 && <span className="tabular">{evidence.length}</span>}
    >
      {evidence.length === 0 ? (
        <div className="px-4 pb-2">
          <EmptyNote incidentId={incidentId} over="The agents collected none.">
            Logs, charts, diffs, traces and query plans that the agents collect appear here.
          </EmptyNote>
        </div>
      ) : (
        <ul className="divide-y divide-line">
          {first > 0 && (
            <li className="flex justify-center py-2">
              <Button size="sm" onClick={() => setDrawn(evidence.length - first + DRAWN)}>
                Show earlier ones <span className="tabular font-normal text-faint">{formatNumber(first)}</span>
              </Button>
            </li>
          )}
          {evidence.slice(first).map((item) => (
            <li key={item.evidenceId}>
              <EvidenceCard
                incidentId={incidentId}
                item={item}
                quotes={quotes.get(item.evidenceId)}
                open={isOpen(item)}
                marked={target?.evidenceId === item.evidenceId}
                onOpen={onOpen}
              />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
};
