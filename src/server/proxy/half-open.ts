import type { WebSocket } from 'ws';
import type { ProxyLimits } from './limits.ts';

/**
 * Ends a connection whose other side has gone without a word (asleep, unplugged), which TCP alone does not notice for
 * many minutes. Whatever comes counts as life, and so does what it takes of what waits for it. While it is paused its
 * pongs cannot be heard; then the side for which it waits is the one that is watched.
 */
export const endWhenSilent = (
  socket: WebSocket,
  { pingEveryMs, silentMs }: Pick<ProxyLimits, 'pingEveryMs' | 'silentMs'>,
): void => {
  let heardAt = performance.now();
  let waiting = 0;
  const heard = (): void => {
    heardAt = performance.now();
  };
  for (const sign of ['message', 'ping', 'pong']) socket.on(sign, heard);
  const timer = setInterval(() => {
    if (socket.isPaused || socket.bufferedAmount < waiting) heard();
    waiting = socket.bufferedAmount;
    if (performance.now() - heardAt > silentMs) socket.terminate();
    else if (socket.readyState === socket.OPEN) socket.ping();
  }, pingEveryMs);
  timer.unref();
  socket.on('close', () => clearInterval(timer));
};
