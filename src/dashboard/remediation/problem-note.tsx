import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Time } from '../ui/time.tsx';
import type { DecisionProblem } from './decision-problem.ts';

/** What stands in the way of a decision, above what it is about. */
export const Alert = ({ tone, children }: { tone: 'warn' | 'bad'; children: ReactNode }) => (
  <div
    role="alert"
    className={
      tone === 'warn'
        ? 'flex items-start gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn'
        : 'flex items-start gap-2 rounded-md bg-bad-soft px-3 py-2 text-bad text-sm'
    }
  >
    <CircleAlert className="mt-0.5" />
    <div className="wrap-anywhere min-w-0 flex-1">{children}</div>
  </div>
);

export const ProblemNote = ({ problem }: { problem: DecisionProblem }) => (
  <Alert tone={problem.again ? 'bad' : 'warn'}>
    {problem.text}
    {problem.by !== null && ` By ${problem.by}`}
    {problem.at !== null && (
      <>
        {' '}
        at <Time at={problem.at} />
      </>
    )}
    {(problem.by !== null || problem.at !== null) && '.'}
    {problem.again && ' You can try again; a repeat decides nothing twice.'}
  </Alert>
);
