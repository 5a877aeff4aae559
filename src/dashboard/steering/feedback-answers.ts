import type { FeedbackParts } from '../api/steering.ts';
import type { Wanted } from './steering-rules.ts';

export const outcomes = [
  { value: 'resolved', label: 'Resolved it' },
  { value: 'partial', label: 'Partly' },
  { value: 'no_effect', label: 'No effect' },
  { value: 'made_worse', label: 'Made it worse' },
] as const;

export const ratings = (['1', '2', '3', '4', '5'] as const).map((value) => ({ value, label: value }));
export const yesNo = [
  { value: 'yes', label: 'Yes' },
  { value: 'no', label: 'No' },
] as const;

export type Answers = {
  rating: (typeof ratings)[number]['value'] | null;
  accurate: 'yes' | 'no' | null;
  useful: 'yes' | 'no' | null;
  outcome: (typeof outcomes)[number]['value'] | null;
  comment: string;
};

export const noAnswers: Answers = { rating: null, accurate: null, useful: null, outcome: null, comment: '' };

/** What is sent; null while a question that is asked has no answer. */
export const partsOf = (
  { rating, accurate, useful, outcome, comment }: Answers,
  asked: Wanted,
): FeedbackParts | null => {
  if (rating === null) return null;
  const said = { rating: Number(rating), ...(comment.trim() === '' ? {} : { comment: comment.trim() }) };
  const parts: FeedbackParts = {};
  if (asked.investigation) {
    if (accurate === null || useful === null) return null;
    parts.investigation = { ...said, rootCauseAccurate: accurate === 'yes', recommendationsUseful: useful === 'yes' };
  }
  if (asked.plan !== undefined) {
    if (outcome === null) return null;
    parts.remediation = { ...said, remediationId: asked.plan.remediationId, outcome };
  }
  return parts;
};
