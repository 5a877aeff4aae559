import type { RpcResponse } from '../../protocol/json-rpc.ts';
import { count, type Meters } from '../metrics/meters.ts';
import type { Sink } from './sink.ts';

type Response = RpcResponse | readonly RpcResponse[];

/** Writes answers to one reader, and counts the errors among them. */
export const createAnswers = (sink: Pick<Sink, 'send' | 'isFull' | 'drained'>, meters: Pick<Meters, 'rpcErrors'>) => {
  const waiting: { response: Response; onDone: () => void }[] = [];
  let isWriting = false;

  const write = (response: Response): void => {
    for (const one of [response].flat()) if ('error' in one) count(meters.rpcErrors, one.error.code);
    sink.send(JSON.stringify(response));
  };

  const writeOn = async (): Promise<void> => {
    isWriting = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (!sink.isFull() || (await sink.drained())) write(next.response);
      next.onDone();
    }
    isWriting = false;
  };

  return {
    /** At once: for what ends the connection. */
    write,
    /**
     * After those that wait. One to a reader that has not taken those before is not even encoded until it goes out: a
     * short request can have a long answer. Returns undefined where it is written, else what resolves when it is, or
     * when the connection is closed.
     */
    writeInTurn(response: Response): Promise<void> | undefined {
      if (!isWriting && !sink.isFull()) return void write(response);
      return new Promise((resolve) => {
        waiting.push({ response, onDone: resolve });
        if (!isWriting) void writeOn();
      });
    },
  };
};
