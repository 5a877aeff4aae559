import { z } from 'zod';
import { RpcCode } from '../protocol/errors.ts';

export type RpcError = {
  code: number;
  message: string;
  data: Record<string, unknown>;
  retryAfterMs: number | undefined;
};

const Wire = z.object({
  code: z.number(),
  message: z.string().catch(''),
  data: z.record(z.string(), z.unknown()).catch({}),
});

/** Reads the `error` of a response; something unreadable counts as the relay's own failure. */
export const readRpcError = (error: unknown): RpcError => {
  const read = Wire.safeParse(error);
  if (!read.success)
    return { code: RpcCode.internalError, message: 'unreadable error', data: {}, retryAfterMs: undefined };
  const { code, message, data } = read.data;
  return { code, message, data, retryAfterMs: typeof data.retryAfterMs === 'number' ? data.retryAfterMs : undefined };
};

/** A limit reached or the relay's own failure: the same request can succeed later. */
export const isTemporary = (error: RpcError): boolean =>
  error.code === RpcCode.limitReached || error.code === RpcCode.internalError;
