import type { z } from 'zod';
import { RpcCode, type RpcErrorObject } from '../../protocol/errors.ts';

/** What a method handler returns. Only the connection writes to the socket. */
export type Outcome =
  | { kind: 'ok'; result: unknown }
  /** As ok, and `start` is called once the result is written: events come after it. */
  | { kind: 'stream'; result: unknown; start: () => void }
  | { kind: 'refused'; error: RpcErrorObject };

export const ok = (result: unknown): Outcome => ({ kind: 'ok', result });

export const refused = (code: RpcCode, message: string, data?: Record<string, unknown>): Outcome => ({
  kind: 'refused',
  error: data === undefined ? { code, message } : { code, message, data },
});

/** `data.issues` lists the failing paths, dotted. */
export const invalidParams = (issues: readonly z.core.$ZodIssue[]): Outcome =>
  refused(RpcCode.invalidParams, 'Invalid params', {
    issues: issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message })),
  });

export const incidentNotFound = (): Outcome =>
  refused(RpcCode.invalidParams, 'There is no such incident.', { error: 'incident_not_found' });

export const forbidden = (message: string): Outcome => refused(RpcCode.forbidden, message, { error: 'forbidden' });
