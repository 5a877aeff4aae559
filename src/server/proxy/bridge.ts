import type { WebSocket } from 'ws';
import { CloseCode } from '../../protocol/errors.ts';
import type { Change, Interception } from './interception.ts';
import type { Side } from './side.ts';

const ABNORMAL = 1006;
const NO_STATUS = 1005;
const NO_TLS = 1015;

/** Passes frames one way, unchanged and in order but for what `change` makes of them; the reader's pace becomes the writer's. */
const pipe = (from: Side, to: Side, change: Change): void => {
  from.socket.on('message', (data, isBinary) => {
    if (!to.isOpen()) return;
    const changed = isBinary ? undefined : change(() => data.toString());
    if (changed === null) return;
    to.send(changed ?? data, { binary: isBinary });
    to.holdBack(from);
  });
};

/** The code to close the other side with: some codes only say that none came and may not be sent (RFC 6455 §7.4.1). */
const closeWith = (to: WebSocket, code: number, reason: Buffer, abnormalAs: CloseCode): void => {
  if (code === NO_STATUS) to.close();
  else if (code === ABNORMAL || code === NO_TLS) to.close(abnormalAs, 'the connection was lost');
  else to.close(code, reason);
};

/**
 * Joins two open sockets until one of them closes; its code and reason go to the other. What waits in between is what
 * each side may have waiting, and what was read from a socket before it was paused.
 */
export const bridge = (browser: Side, upstream: Side, interception: Interception): void => {
  pipe(browser, upstream, interception.fromBrowser);
  pipe(upstream, browser, interception.fromUpstream);
  browser.socket.on('close', (code, reason) => {
    upstream.socket.resume();
    closeWith(upstream.socket, code, reason, CloseCode.goingAway);
  });
  upstream.socket.on('close', (code, reason) => {
    browser.socket.resume();
    closeWith(browser.socket, code, reason, CloseCode.serviceRestart);
  });
};
