import type { Hypothesis } from '../../incident/state.ts';
import type { HypothesisStatus } from '../../protocol/values.ts';
import type { Tone } from '../ui/badge.tsx';
import type { DotShape } from '../ui/status-dot.tsx';

type Look = { label: string; shape: DotShape; tone: Tone };

export const hypothesisLooks: Record<HypothesisStatus, Look> = {
  proposed: { label: 'Proposed', shape: 'ring', tone: 'neutral' },
  supported: { label: 'Supported', shape: 'half', tone: 'accent' },
  refuted: { label: 'Refuted', shape: 'cross', tone: 'neutral' },
  confirmed: { label: 'Confirmed', shape: 'check', tone: 'good' },
};

const ranks: Record<HypothesisStatus, number> = { confirmed: 0, supported: 1, proposed: 1, refuted: 2 };

/** What leads first; the ruled-out ones are kept, last. */
export const rankHypotheses = (hypotheses: readonly Hypothesis[]): Hypothesis[] =>
  [...hypotheses].sort((a, b) => ranks[a.status] - ranks[b.status] || b.confidence - a.confidence);
