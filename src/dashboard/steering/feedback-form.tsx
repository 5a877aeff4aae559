import { useState } from 'react';
import { useGiveFeedback } from '../api/steering.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Textarea } from '../ui/textarea.tsx';
import { Choice } from './choice.tsx';
import { type Answers, noAnswers, outcomes, partsOf, ratings, yesNo } from './feedback-answers.ts';
import { steeringProblem } from './steering-problem.ts';
import type { Wanted } from './steering-rules.ts';

/** One question at first; who answers it is asked the rest. */
export const FeedbackForm = ({ incidentId, wanted }: { incidentId: string; wanted: Wanted }) => {
  const [answers, setAnswers] = useState<Answers>(noAnswers);
  const [tried, setTried] = useState(false);
  const give = useGiveFeedback(incidentId);
  const change = (more: Partial<Answers>): void => setAnswers((before) => ({ ...before, ...more }));
  const missing = (value: string | null): boolean => tried && value === null;
  const send = (): void => {
    const parts = partsOf(answers, wanted);
    if (parts === null) return setTried(true);
    give.mutate(parts);
  };
  // The server has it: the event that says so is on its way.
  if (give.isSuccess) return <p className="text-muted text-sm">Sent. Thank you.</p>;
  return (
    <div className="flex flex-col gap-2.5">
      <Choice
        label={wanted.investigation ? 'Was this right?' : 'How good was the fix?'}
        hint="1 not at all, 5 fully"
        value={answers.rating}
        options={ratings}
        onChange={(rating) => change({ rating })}
        missing={missing(answers.rating)}
      />
      {answers.rating !== null && (
        <>
          {wanted.investigation && (
            <>
              <Choice
                label="Root cause accurate?"
                value={answers.accurate}
                options={yesNo}
                onChange={(accurate) => change({ accurate })}
                missing={missing(answers.accurate)}
              />
              <Choice
                label="Recommendations useful?"
                value={answers.useful}
                options={yesNo}
                onChange={(useful) => change({ useful })}
                missing={missing(answers.useful)}
              />
            </>
          )}
          {wanted.plan !== undefined && (
            <Choice
              label="What did the fix do?"
              value={answers.outcome}
              options={outcomes}
              onChange={(outcome) => change({ outcome })}
              missing={missing(answers.outcome)}
            />
          )}
          <Textarea
            label="Comment"
            rows={2}
            maxLength={4_000}
            value={answers.comment}
            placeholder="What it missed, what helped"
            onChange={({ target }) => change({ comment: target.value })}
          />
          {give.error !== null && <Alert tone="warn">{steeringProblem(give.error)}</Alert>}
          <div className="flex items-center justify-between gap-3">
            <span className="text-faint text-xs">Once a person; everybody here sees it.</span>
            <Button size="sm" variant="primary" busy={give.isPending} onClick={send}>
              {give.isPending ? 'Sending…' : 'Send feedback'}
            </Button>
          </div>
        </>
      )}
    </div>
  );
};
