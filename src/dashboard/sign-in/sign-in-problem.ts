import { ApiFailure } from '../api/request.ts';

/** Why signing in did not work, and what to do about it. */
export const signInProblem = (error: unknown): string => {
  if (!(error instanceof ApiFailure)) return 'Something went wrong on this page. Reload it and try again.';
  if (error.status === 0) return 'The server can’t be reached. Check your network, then try again.';
  if (error.status === 401 || error.status === 400)
    return 'This token was not accepted. It may have expired, or been cut when it was copied; ask for a fresh one.';
  if (error.status === 403) return 'This token is valid, but may not be used here. It needs the role member or admin.';
  if (error.status === 429) return 'Too many tries. Wait a minute, then try again.';
  return `The server could not sign you in (${error.status}). Try again in a moment.`;
};
