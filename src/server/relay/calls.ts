import type { Logger } from 'pino';
import { RpcCode, type RpcErrorObject } from '../../protocol/errors.ts';
import { newId } from '../../protocol/ids.ts';
import {
  encodeNotification,
  type Incoming,
  parseFrame,
  type RpcId,
  type RpcResponse,
} from '../../protocol/json-rpc.ts';
import { type Batch, openBatch } from '../incidents/batch.ts';
import { LogUnavailable } from '../log/event-log.ts';
import { createAnswers } from './answers.ts';
import { handle, type MethodContext } from './methods.ts';
import type { Outcome } from './outcome.ts';
import type { RelayDeps } from './relay.ts';
import type { Sink } from './sink.ts';

const MAX_BATCH_PERSON = 20;
const MAX_BATCH_KEY = 1_000;
/** What could not be done now may be asked for again after so long. */
export const RETRY_AFTER_MS = 1_000;

type CallsDeps = Pick<RelayDeps, 'meters' | 'refusals'> & {
  context: MethodContext;
  sink: Sink;
  logger: () => Logger;
  /** A method was done: the client is alive. */
  onHeard: () => void;
};

type Answer = { response: RpcResponse; start?: () => void };

/** Works off what a client sends, frame by frame, and answers it. */
export const createCalls = ({ context, sink, meters, refusals, logger, onHeard }: CallsDeps) => {
  const { principal } = context;
  const inFlight = new Set<string>();
  const { write, writeInTurn } = createAnswers(sink, meters);
  const writeError = (id: RpcId, error: RpcErrorObject): void => write({ jsonrpc: '2.0', id, error });

  const internalError = (error: unknown): RpcErrorObject => {
    const errorId = newId('evt');
    if (error instanceof LogUnavailable) {
      logger().warn({ errorId, reason: error.message }, 'the log could not be written');
      const data = { errorId, error: 'service_unavailable', retryAfterMs: RETRY_AFTER_MS };
      return { code: RpcCode.internalError, message: 'The log cannot be written at the moment.', data };
    }
    logger().error({ errorId, err: error }, 'a method failed');
    return { code: RpcCode.internalError, message: 'Internal error', data: { errorId } };
  };

  const answer = (id: RpcId, outcome: Outcome): Answer => {
    if (outcome.kind === 'refused') return { response: { jsonrpc: '2.0', id, error: outcome.error } };
    const response: RpcResponse = { jsonrpc: '2.0', id, result: outcome.result };
    return outcome.kind === 'stream' ? { response, start: outcome.start } : { response };
  };

  const run = async (item: Incoming & { kind: 'request' | 'notification' }, batch: Batch): Promise<Outcome> => {
    const outcome = await handle(context, item.method, item.params, batch).catch(
      (error: unknown): Outcome => ({ kind: 'refused', error: internalError(error) }),
    );
    if (outcome.kind !== 'refused') onHeard();
    else if (outcome.error.code === RpcCode.forbidden) {
      const reason = item.method === 'auth.refresh' ? 'subject' : 'role';
      refusals.record(principal, { what: item.method, reason });
    }
    return outcome;
  };

  const answerRequest = async (item: Incoming & { kind: 'request' }, batch: Batch): Promise<Answer> => {
    const name = JSON.stringify(item.id);
    if (item.id !== null && inFlight.has(name)) {
      const error = { code: RpcCode.invalidRequest, message: 'A request with this id is still being answered.' };
      return { response: { jsonrpc: '2.0', id: item.id, error } };
    }
    inFlight.add(name);
    const outcome = await run(item, batch);
    inFlight.delete(name);
    return answer(item.id, outcome);
  };

  /** undefined for what is never answered. */
  const take = async (item: Incoming, batch: Batch): Promise<Answer | undefined> => {
    switch (item.kind) {
      case 'request':
        return answerRequest(item, batch);
      case 'invalid':
        return {
          response: { jsonrpc: '2.0', id: item.id, error: { code: RpcCode.invalidRequest, message: item.reason } },
        };
      case 'notification': {
        const outcome = await run(item, batch);
        if (outcome.kind === 'stream') outcome.start();
        if (item.method === 'ping' && outcome.kind === 'ok') sink.send(encodeNotification('pong', {}));
        return undefined;
      }
      case 'response':
        return undefined;
    }
  };

  const takeBatch = async (items: readonly Incoming[]): Promise<void> => {
    const most = principal.kind === 'agent' ? MAX_BATCH_KEY : MAX_BATCH_PERSON;
    if (items.length > most) {
      return writeError(null, { code: RpcCode.invalidRequest, message: `A batch holds at most ${most} messages.` });
    }
    const batch = openBatch();
    const taken = await Promise.all(items.map((item) => take(item, batch)));
    const answers = taken.filter((entry) => entry !== undefined);
    const written = answers.length > 0 ? writeInTurn(answers.map(({ response }) => response)) : undefined;
    if (written !== undefined) await written;
    for (const { start } of answers) start?.();
  };

  const onText = async (text: string): Promise<void> => {
    const frame = parseFrame(text);
    switch (frame.kind) {
      case 'unparsable':
        return writeError(null, { code: RpcCode.parseError, message: 'Parse error' });
      case 'empty-batch':
        return writeError(null, { code: RpcCode.invalidRequest, message: 'A batch cannot be empty.' });
      case 'batch':
        return takeBatch(frame.items);
      case 'single': {
        const taken = await take(frame.item, openBatch());
        if (taken === undefined) return;
        const written = writeInTurn(taken.response);
        if (written !== undefined) await written;
        taken.start?.();
      }
    }
  };

  return { onText, writeError };
};
