import { WebSocket } from 'ws';
import { CloseCode } from '../../protocol/errors.ts';
import type { Change, Interception } from './interception.ts';

/** Above this the side that sends faster is paused until the slower one has taken what waits for it. */
const HIGH_WATER_BYTES = 1024 * 1024;
const LOW_WATER_BYTES = 256 * 1024;

const ABNORMAL = 1006;
const NO_STATUS = 1005;
const NO_TLS = 1015;

/** Passes frames one way, unchanged and in order but for what `change` makes of them; the reader's pace becomes the writer's. */
const pipe = (from: WebSocket, to: WebSocket, change: Change): void => {
  from.on('message', (data, isBinary) => {
    if (to.readyState !== WebSocket.OPEN) return;
    const changed = isBinary ? undefined : change(() => data.toString());
    if (changed === null) return;
    to.send(changed ?? data, { binary: isBinary }, () => {
      if (from.isPaused && to.bufferedAmount <= LOW_WATER_BYTES) from.resume();
    });
    if (to.bufferedAmount > HIGH_WATER_BYTES) from.pause();
  });
};

/** The code to close the other side with: some codes only say that none came and may not be sent (RFC 6455 §7.4.1). */
const closeWith = (to: WebSocket, code: number, reason: Buffer, abnormalAs: CloseCode): void => {
  if (code === NO_STATUS) to.close();
  else if (code === ABNORMAL || code === NO_TLS) to.close(abnormalAs, 'the connection was lost');
  else to.close(code, reason);
};

/** Joins two open sockets until one of them closes; its code and reason go to the other. */
export const bridge = (browser: WebSocket, upstream: WebSocket, interception: Interception): void => {
  pipe(browser, upstream, interception.fromBrowser);
  pipe(upstream, browser, interception.fromUpstream);
  browser.on('close', (code, reason) => {
    upstream.resume();
    closeWith(upstream, code, reason, CloseCode.goingAway);
  });
  upstream.on('close', (code, reason) => {
    browser.resume();
    closeWith(browser, code, reason, CloseCode.serviceRestart);
  });
};
