import { CloseCode } from '../../protocol/errors.ts';

/** Where the one socket is. Each state carries only what is true in it; times are epoch milliseconds. */
export type Connection =
  | { state: 'connecting' }
  | {
      state: 'live';
      since: number;
      latencyMs: number | null;
      /** When the relay last answered the heartbeat. */
      heardAt: number | null;
      resumes: number;
      lost: number;
    }
  | { state: 'catching-up'; behind: number }
  | { state: 'reconnecting'; attempt: number; retryAt: number; reason: string; since: number }
  | { state: 'offline'; since: number }
  | { state: 'stopped'; reason: string }
  | { state: 'signed-out' };

export type AfterClose =
  | { next: 'retry-now' }
  | { next: 'retry-later' }
  | { next: 'retry-in'; delayMs: number }
  | { next: 'stop'; reason: string }
  | { next: 'sign-in' };

/**
 * What a client does after a close, by the relay's table of close codes. 1000 and 1001 from the server's side end the
 * socket, not our wish to watch: a proxy that restarts politely sends them, so they are answered like a restart.
 */
export const afterClose = (code: number, reason: string, retryAfterMs: number | null): AfterClose => {
  switch (code) {
    case CloseCode.policyViolation:
      return { next: 'retry-now' };
    case CloseCode.signInRequired:
      return { next: 'sign-in' };
    case CloseCode.tooManyRequests:
      return { next: 'retry-in', delayMs: retryAfterMs ?? 5_000 };
    case CloseCode.forbidden:
    case CloseCode.unsupportedData:
    case CloseCode.invalidPayload:
    case CloseCode.tooLarge:
      return { next: 'stop', reason: reason === '' ? `the server refused the connection (${code})` : reason };
    default:
      return { next: 'retry-later' };
  }
};
