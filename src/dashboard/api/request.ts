import type { z } from 'zod';
import { takeEarly } from './early.ts';

/** The server said no: `error` is its code, `details` what else it told. */
export class ApiFailure extends Error {
  override name = 'ApiFailure';
  readonly status: number;
  readonly error: string;
  readonly details: Record<string, unknown>;

  constructor(status: number, error: string, message: string, details: Record<string, unknown>) {
    super(message);
    this.status = status;
    this.error = error;
    this.details = details;
  }
}

const readFailure = async (response: Response): Promise<ApiFailure> => {
  const body: unknown = await response.json().catch(() => ({}));
  const { error, message, ...details } =
    typeof body === 'object' && body !== null ? ({ ...body } as Record<string, unknown>) : {};
  return new ApiFailure(
    response.status,
    typeof error === 'string' ? error : 'unknown',
    typeof message === 'string' ? message : `The server answered ${response.status}.`,
    details,
  );
};

/** After a change of networks a request can wait on a connection that is gone, and a browser lets it for minutes. */
const WITHIN_MS = 60_000;

type Call = { body?: string; headers?: Record<string, string>; withinMs?: number; signal?: AbortSignal | undefined };

/** Gives up when it is told to, or after so long. */
const signalOf = ({ withinMs = WITHIN_MS, signal }: Call): AbortSignal | undefined => {
  if (withinMs === Number.POSITIVE_INFINITY) return signal;
  const late = AbortSignal.timeout(withinMs);
  return signal === undefined ? late : AbortSignal.any([signal, late]);
};

const call = async (method: string, path: string, of: Call = {}): Promise<unknown> => {
  const { body, headers } = of;
  const early = await takeEarly(path);
  if (early !== undefined) return early;
  const signal = signalOf(of);
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...headers },
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (!response.ok) throw await readFailure(response);
    return response.status === 204 ? undefined : await response.json();
  } catch (error) {
    if (error instanceof ApiFailure) throw error;
    throw new ApiFailure(0, 'unreachable', 'The server cannot be reached.', {});
  }
};

/** GETs and validates; a body of another shape is a failure, not a crash further on. */
export const read = async <Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  signal?: AbortSignal,
): Promise<z.infer<Schema>> => {
  const parsed = schema.safeParse(await call('GET', path, { signal }));
  if (!parsed.success) throw new ApiFailure(200, 'unreadable', 'The server answered in an unknown shape.', {});
  return parsed.data;
};

/** Sends a change. The key makes a repeat of the same press harmless. */
export const write = (method: 'POST' | 'PATCH' | 'DELETE', path: string, body: unknown = {}): Promise<unknown> =>
  call(method, path, {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
  });

/** Sends a text as it is, however long that takes. */
export const writeText = (path: string, contentType: string, body: string): Promise<unknown> =>
  call('POST', path, {
    body,
    headers: { 'content-type': contentType, 'idempotency-key': crypto.randomUUID() },
    withinMs: Number.POSITIVE_INFINITY,
  });

/** Worth asking again: not what the server decided, only what didn't get through, or was too much for a moment. */
export const isTransient = (error: unknown): boolean =>
  !(error instanceof ApiFailure) || error.status === 0 || error.status === 429 || error.status >= 500;
