import { type Fields, fieldsOf } from '../runtime/fields.ts';
import { Refusal, type Routes } from '../runtime/http-server.ts';
import type { Operation, State } from './operation.ts';

const REMEMBERED = 200;

type Done = {
  operationId: string;
  changed: boolean;
  before: State;
  after: State;
  output: string[];
  durationMs: number;
  changeId?: string;
};

/** One operation after the other, each once: the preconditions are checked in the same turn that acts. */
export const createOperationDesk = (operations: readonly Operation[]): Routes => {
  const results = new Map<string, Done>();
  let last: Promise<unknown> = Promise.resolve();

  const find = (type: string): Operation => {
    const operation = operations.find((one) => one.type === type);
    if (operation === undefined) throw new Refusal(404, { error: 'no_such_operation' });
    return operation;
  };

  const run = async (request: Fields): Promise<Done> => {
    const operationId = request.text('operationId');
    const known = results.get(operationId);
    if (known !== undefined) return known;
    const began = performance.now();
    const operation = find(request.text('type'));
    const args = request.object('args');
    const author = request.has('author') ? request.text('author') : 'agents';
    const before = await operation.state(args);
    const expected = Object.entries(request.has('expect') ? { ...Object(request.raw('expect')) } : {});
    if (expected.some(([key, value]) => before[key] !== value)) {
      throw new Refusal(409, { error: 'precondition_failed', state: before });
    }
    const isDone = operation.isDone(args, before);
    const { output, change } = isDone
      ? { output: ['nothing to do: it is already so'], change: undefined }
      : await operation.act(args, before, author).catch((error: unknown) => {
          if (error instanceof Refusal) throw error;
          throw new Refusal(422, {
            error: 'operation_failed',
            says: error instanceof Error ? error.message : String(error),
          });
        });
    const done: Done = {
      operationId,
      changed: !isDone,
      before,
      after: await operation.state(args),
      output,
      durationMs: Math.round(performance.now() - began),
      ...(change === undefined ? {} : { changeId: change.changeId }),
    };
    results.set(operationId, done);
    const [oldest] = results.keys();
    if (results.size > REMEMBERED && oldest !== undefined) results.delete(oldest);
    return done;
  };

  return {
    'GET /operations': () => ({
      body: { operations: operations.map(({ type, says, args }) => ({ type, says, args })) },
    }),
    'POST /operations/state': async ({ body }) => {
      const request = fieldsOf(body);
      return { body: { state: await find(request.text('type')).state(request.object('args')) } };
    },
    'POST /operations': async ({ body }) => {
      const mine = last.then(() => run(fieldsOf(body)));
      last = mine.catch(() => undefined);
      return { body: await mine };
    },
  };
};
