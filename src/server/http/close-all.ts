import { CloseCode } from '../../protocol/errors.ts';

/** How long the other side has to close before its connection is cut. */
const CLOSE_WITHIN_MS = 2_000;

type Closable = { close(code: CloseCode, reason: string): void; terminate(): void };

/** Says goodbye to everybody, and waits for nobody who doesn't answer. */
export const closeAll = (
  connections: readonly Closable[],
  code: CloseCode = CloseCode.serviceRestart,
  reason = 'the server restarts',
): void => {
  for (const connection of connections) connection.close(code, reason);
  setTimeout(() => {
    for (const connection of connections) connection.terminate();
  }, CLOSE_WITHIN_MS).unref();
};
