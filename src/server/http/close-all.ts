import { CloseCode } from '../../protocol/errors.ts';

/** How long the other side has to close before its connection is cut. */
const CLOSE_WITHIN_MS = 2_000;

type Closable = { close(code: CloseCode, reason: string): void; terminate(): void };

/** Says goodbye to everybody when the server stops, and waits for nobody who doesn't answer. */
export const closeAll = (connections: readonly Closable[]): void => {
  for (const connection of connections) connection.close(CloseCode.serviceRestart, 'the server restarts');
  setTimeout(() => {
    for (const connection of connections) connection.terminate();
  }, CLOSE_WITHIN_MS).unref();
};
