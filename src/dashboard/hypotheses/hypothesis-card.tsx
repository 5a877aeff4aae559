import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import { memo, useState } from 'react';
import { confidenceFigure } from '../../incident/confidence.ts';
import type { Hypothesis } from '../../incident/state.ts';
import { Against } from '../lib/against.tsx';
import { EvidenceChips } from '../lib/evidence-chips.tsx';
import { toOneLine } from '../lib/plain-text.ts';
import { PlainText } from '../lib/plain-text-block.tsx';
import { ProgressMeter } from '../ui/progress-meter.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { Time } from '../ui/time.tsx';
import { hypothesisLooks } from './hypothesis-look.ts';
import { sparklinePath } from './sparkline-path.ts';

const WIDTH = 98;
const HEIGHT = 14;

const Sparkline = ({ hypothesis, until }: { hypothesis: Hypothesis; until: number }) => (
  <svg
    viewBox={`-1 -1 ${WIDTH + 2} ${HEIGHT + 2}`}
    className="h-4 w-25 text-control"
    role="img"
    aria-label={`Confidence over time: ${hypothesis.history.map((entry) => confidenceFigure(entry.confidence)).join(', ')}`}
  >
    <path
      d={sparklinePath(hypothesis.history, until, WIDTH, HEIGHT)}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.25"
    />
  </svg>
);

const History = ({ hypothesis }: { hypothesis: Hypothesis }) => (
  <ol className="mt-1.5 flex flex-col gap-0.5 border-line-strong border-l-2 pl-3 text-xs">
    {hypothesis.history.map((entry) => (
      <li key={entry.eventId} className="tabular flex items-center gap-2 text-muted">
        <Time at={entry.at} className="font-mono text-faint" />
        <StatusDot shape={hypothesisLooks[entry.status].shape} tone={hypothesisLooks[entry.status].tone} />
        <span className="flex-1">{hypothesisLooks[entry.status].label}</span>
        <span className="text-ink">{confidenceFigure(entry.confidence)}</span>
      </li>
    ))}
    <li className="text-faint">by {toOneLine(hypothesis.agentName, 60)}</li>
  </ol>
);

type HypothesisCardProps = { hypothesis: Hypothesis; until: number };

export const HypothesisCard = memo(({ hypothesis, until }: HypothesisCardProps) => {
  const [open, setOpen] = useState(false);
  const { statement, status, confidence, evidenceIds, contradictingEvidenceIds, reason } = hypothesis;
  const look = hypothesisLooks[status];
  const refuted = status === 'refuted';
  return (
    <article aria-label={toOneLine(statement, 120)} className="px-4 py-1.5">
      <div className="grid grid-cols-[0.75rem_minmax(0,1fr)_auto] items-start gap-x-2.5">
        <span className="flex h-5 items-center">
          <StatusDot shape={look.shape} tone={look.tone} label={look.label} />
        </span>
        <div className="min-w-0">
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="group wrap-anywhere rounded-sm text-left text-sm"
          >
            <span
              className={clsx(
                refuted ? 'text-faint line-through' : 'text-ink',
                status === 'confirmed' && 'font-medium',
              )}
            >
              {toOneLine(statement)}
            </span>
            <ChevronRight
              className={clsx(
                'ml-1 inline size-3! align-[-1.5px] text-faint transition-transform group-hover:text-ink',
                open && 'rotate-90',
              )}
            />
          </button>
          <p className="mt-1 text-xs">
            {reason !== null && reason !== '' && (
              <>
                <PlainText text={reason} most={300} className="text-muted" />{' '}
              </>
            )}
            <EvidenceChips ids={evidenceIds} required />
          </p>
          <Against ids={contradictingEvidenceIds} />
        </div>
        <div className="flex flex-col items-end gap-0.5 pt-0.5">
          <ProgressMeter
            label={`Confidence in: ${toOneLine(statement, 80)}`}
            value={confidence}
            tone={status === 'confirmed' ? 'good' : refuted ? 'neutral' : 'accent'}
          />
          {hypothesis.history.length > 1 && <Sparkline hypothesis={hypothesis} until={until} />}
        </div>
      </div>
      {open && (
        <div className="pl-5.5">
          <History hypothesis={hypothesis} />
        </div>
      )}
    </article>
  );
});
