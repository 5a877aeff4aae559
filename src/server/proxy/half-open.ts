import type { WebSocket } from 'ws';
import type { ProxyLimits } from './limits.ts';

/**
 * Ends a connection whose other side has gone without a word (asleep, unplugged), which TCP alone does not notice for
 * many minutes. Whatever comes counts as life, and so does what it takes of what waits for it. While it is paused its
 * pongs cannot be heard; then the side for which it waits is the one that is watched. Pings are counted and not the
 * time, so that nobody is taken for gone after a sleep of ours.
 */
export const endWhenSilent = (
  socket: Pick<WebSocket, 'on' | 'ping' | 'terminate' | 'isPaused' | 'bufferedAmount' | 'readyState' | 'OPEN'>,
  { pingEveryMs, unansweredPings }: Pick<ProxyLimits, 'pingEveryMs' | 'unansweredPings'>,
): void => {
  let unanswered = 0;
  let waiting = 0;
  for (const sign of ['message', 'ping', 'pong']) {
    socket.on(sign, () => {
      unanswered = 0;
    });
  }
  const timer = setInterval(() => {
    if (socket.isPaused || socket.bufferedAmount < waiting) unanswered = 0;
    waiting = socket.bufferedAmount;
    if (unanswered >= unansweredPings) return socket.terminate();
    unanswered += 1;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, pingEveryMs);
  timer.unref();
  socket.on('close', () => clearInterval(timer));
};
