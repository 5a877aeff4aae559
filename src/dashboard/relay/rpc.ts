import { encodeRequest } from '../../protocol/json-rpc.ts';

export type RpcAnswer =
  | { ok: true; result: unknown }
  | { ok: false; code: number; message: string; retryAfterMs: number | null };

/** Requests under way on one socket; their answers find them by id. */
export const createCalls = (send: (text: string) => void) => {
  const waiting = new Map<number, (answer: RpcAnswer) => void>();
  let nextId = 1;
  return {
    call(method: string, params: object, onAnswer: (answer: RpcAnswer) => void): void {
      const id = nextId;
      nextId += 1;
      waiting.set(id, onAnswer);
      send(encodeRequest(id, method, params));
    },
    answer(id: unknown, result: unknown, error: unknown): void {
      if (typeof id !== 'number') return;
      const onAnswer = waiting.get(id);
      waiting.delete(id);
      onAnswer?.(error === undefined ? { ok: true, result } : { ok: false, ...readError(error) });
    },
  };
};

export type Calls = ReturnType<typeof createCalls>;

export const readError = (error: unknown): { code: number; message: string; retryAfterMs: number | null } => {
  const value = typeof error === 'object' && error !== null ? error : {};
  const code = 'code' in value && typeof value.code === 'number' ? value.code : 0;
  const message = 'message' in value && typeof value.message === 'string' ? value.message : '';
  const data = 'data' in value && typeof value.data === 'object' && value.data !== null ? value.data : {};
  const retryAfterMs = 'retryAfterMs' in data && typeof data.retryAfterMs === 'number' ? data.retryAfterMs : null;
  return { code, message, retryAfterMs };
};
