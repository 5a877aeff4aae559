import { Alert } from '../ui/alert.tsx';
import { Time } from '../ui/time.tsx';
import type { DecisionProblem } from './decision-problem.ts';

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
