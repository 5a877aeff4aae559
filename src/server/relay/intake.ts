import type { WebSocket } from 'ws';
import type { Sink } from './sink.ts';

/** Above this nothing more is read from a client until we are done with what it has sent. */
const MAX_UNDONE_CHARS = 4 * 1024 * 1024;

/**
 * Takes a client's frames at the pace at which they are worked off and their answers are read, so that neither a
 * flood of them nor a client that reads nothing grows our memory. What comes after the close is not heard.
 */
export const takeIn = (options: {
  socket: WebSocket;
  sink: Pick<Sink, 'isFull' | 'drained'>;
  onText: (text: string) => Promise<void>;
  onBinary: () => void;
  onFailure: (error: unknown) => void;
}): void => {
  const { socket, sink } = options;
  let undone = 0;

  const goOn = async (): Promise<void> => {
    if (socket.isPaused && undone <= MAX_UNDONE_CHARS && (await sink.drained())) socket.resume();
  };

  socket.on('message', (data, isBinary) => {
    if (socket.readyState !== socket.OPEN) return;
    if (isBinary) return options.onBinary();
    const text = data.toString();
    undone += text.length;
    if (undone > MAX_UNDONE_CHARS || sink.isFull()) socket.pause();
    options
      .onText(text)
      .catch(options.onFailure)
      .finally(() => {
        undone -= text.length;
        return goOn();
      });
  });
};
