import type { ChildProcess } from 'node:child_process';
import { type Fields, fieldsOf } from './fields.ts';
import { tellParent } from './settings.ts';

type Call = { type: 'call'; id: number; method: string; params: unknown };
type Answer = { type: 'answer'; id: number; result?: unknown; error?: string };
export type Handlers = Readonly<Record<string, (params: Fields) => unknown>>;

const CALL_WITHIN_MS = 60_000;

const isCall = (message: unknown): message is Call =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'call';
const isAnswer = (message: unknown): message is Answer =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'answer';

/** Calls a method of the child by its channel: there is no address that anybody else could ask. */
export const createCaller = (child: ChildProcess) => {
  let last = 0;
  const waiting = new Map<number, (answer: Answer) => void>();
  child.on('message', (message) => {
    if (!isAnswer(message)) return;
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  });
  child.once('exit', () => {
    for (const [id, resolve] of waiting) resolve({ type: 'answer', id, error: 'the process has ended' });
    waiting.clear();
  });
  return (method: string, params: unknown = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (!child.connected) return reject(new Error('the process has ended'));
      last += 1;
      const id = last;
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new Error(`${method} was not answered within ${CALL_WITHIN_MS} ms`));
      }, CALL_WITHIN_MS);
      waiting.set(id, ({ result, error }) => {
        clearTimeout(timer);
        if (error === undefined) resolve(result);
        else reject(new Error(error));
      });
      child.send({ type: 'call', id, method, params } satisfies Call);
    });
};

/** Answers the parent's calls; what a handler throws is the parent's error. */
export const answerCalls = (handlers: Handlers): void => {
  const answer = async (call: Call): Promise<Answer> => {
    const handler = Object.hasOwn(handlers, call.method) ? handlers[call.method] : undefined;
    if (handler === undefined) return { type: 'answer', id: call.id, error: `there is no ${call.method}` };
    try {
      return { type: 'answer', id: call.id, result: await handler(fieldsOf(call.params, call.method)) };
    } catch (error) {
      return { type: 'answer', id: call.id, error: error instanceof Error ? error.message : String(error) };
    }
  };
  process.on('message', (message) => {
    if (isCall(message)) void answer(message).then(tellParent);
  });
};
