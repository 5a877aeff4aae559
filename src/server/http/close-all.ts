import { CloseCode } from '../../protocol/errors.ts';

/** How long the other side has to close before its connection is cut. */
const CLOSE_WITHIN_MS = 2_000;

type Closable = {
  close(code: CloseCode, reason: string): void;
  terminate(): void;
  once(event: 'close', listener: () => void): unknown;
};

/** Says goodbye to everybody, and waits for nobody who doesn't answer. Resolves when all connections have ended. */
export const closeAll = async (
  connections: readonly Closable[],
  code: CloseCode = CloseCode.serviceRestart,
  reason = 'the server restarts',
): Promise<void> => {
  const ended = connections.map((connection) => new Promise<void>((resolve) => connection.once('close', resolve)));
  for (const connection of connections) connection.close(code, reason);
  const timer = setTimeout(() => {
    for (const connection of connections) connection.terminate();
  }, CLOSE_WITHIN_MS).unref();
  await Promise.all(ended);
  clearTimeout(timer);
};
