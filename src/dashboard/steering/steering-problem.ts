import { ApiFailure } from '../api/request.ts';

const known: Record<string, string> = {
  no_active_investigation: 'No investigation is running any more: it ended, or somebody else aborted it.',
  no_pending_decision: 'This was decided already; who decided is shown as soon as the event comes.',
  pattern_not_found: 'This solution is no longer offered.',
  feedback_already_submitted: 'You gave your feedback already; it counts once a person.',
};

/** What the server's no means for who tried to steer. */
export const steeringProblem = (error: unknown): string => {
  if (!(error instanceof ApiFailure)) return 'Something went wrong. Look at the timeline before you try again.';
  const words = known[error.error];
  if (words !== undefined) return words;
  if (error.status === 403) return 'Your role may not do this.';
  if (error.status === 401) return 'You are signed out. Sign in and try again.';
  if (error.status === 0) return 'The server could not be reached, so it is not known whether it heard. Try again.';
  return error.message;
};
