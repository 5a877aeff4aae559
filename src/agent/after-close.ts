import { CloseCode, RpcCode } from '../protocol/errors.ts';
import type { RpcError } from './rpc-error.ts';

/** How a socket ended: a close frame (1006 where none came), or an upgrade that was answered with plain HTTP. */
export type SocketEnd =
  | { kind: 'closed'; code: number; reason: string; lastError: RpcError | undefined }
  | { kind: 'refused'; status: number; retryAfterMs: number | undefined };

export type AfterEnd =
  | { next: 'now' }
  | { next: 'back-off' }
  | { next: 'wait'; delayMs: number }
  | { next: 'stop'; reason: string };

const BUSY_MS = 5_000;

const afterRefusal = (status: number, retryAfterMs: number | undefined): AfterEnd => {
  const temporary = status === 429 || status >= 500;
  if (!temporary) return { next: 'stop', reason: `the relay refused the connection with HTTP ${status}` };
  return retryAfterMs === undefined ? { next: 'back-off' } : { next: 'wait', delayMs: retryAfterMs };
};

/** What to do after a socket ended, by the relay's table of close codes. A key cannot be renewed: 4401 ends it. */
export const afterEnd = (end: SocketEnd): AfterEnd => {
  if (end.kind === 'refused') return afterRefusal(end.status, end.retryAfterMs);
  const { code, reason, lastError } = end;
  switch (code) {
    case CloseCode.policyViolation:
      return lastError?.code === RpcCode.authenticationExpired
        ? { next: 'stop', reason: 'the API key is no longer valid' }
        : { next: 'now' };
    case CloseCode.tooManyRequests:
      return { next: 'wait', delayMs: lastError?.retryAfterMs ?? BUSY_MS };
    case CloseCode.normal:
    case CloseCode.goingAway:
    case CloseCode.unsupportedData:
    case CloseCode.invalidPayload:
    case CloseCode.tooLarge:
    case CloseCode.signInRequired:
    case CloseCode.forbidden:
      return { next: 'stop', reason: reason === '' ? `the relay closed the connection (${code})` : reason };
    default:
      return { next: 'back-off' };
  }
};
