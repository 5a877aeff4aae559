import { WebSocket } from 'ws';
import { CloseCode } from '../../protocol/errors.ts';
import type { ReaderShare } from '../relay/share.ts';
import type { Change, Interception } from './interception.ts';

const ABNORMAL = 1006;
const NO_STATUS = 1005;
const NO_TLS = 1015;

/** How much may wait for a side before the one that sends faster is paused, and at how little it goes on. */
export type Water = Pick<ReaderShare, 'join' | 'mostBytes' | 'lowBytes'>;

/** Passes frames one way, unchanged and in order but for what `change` makes of them; the reader's pace becomes the writer's. */
const pipe = (from: WebSocket, to: WebSocket, change: Change, water: Water): void => {
  to.on('close', water.join());
  from.on('message', (data, isBinary) => {
    if (to.readyState !== WebSocket.OPEN) return;
    const changed = isBinary ? undefined : change(() => data.toString());
    if (changed === null) return;
    to.send(changed ?? data, { binary: isBinary }, () => {
      if (from.isPaused && to.bufferedAmount <= water.lowBytes()) from.resume();
    });
    if (to.bufferedAmount > water.mostBytes()) from.pause();
  });
};

/** The code to close the other side with: some codes only say that none came and may not be sent (RFC 6455 §7.4.1). */
const closeWith = (to: WebSocket, code: number, reason: Buffer, abnormalAs: CloseCode): void => {
  if (code === NO_STATUS) to.close();
  else if (code === ABNORMAL || code === NO_TLS) to.close(abnormalAs, 'the connection was lost');
  else to.close(code, reason);
};

/**
 * Joins two open sockets until one of them closes; its code and reason go to the other. What waits in between is an equal
 * part for each side of what `water` allows all of them, and what was read from a socket before it was paused.
 */
export const bridge = (browser: WebSocket, upstream: WebSocket, interception: Interception, water: Water): void => {
  pipe(browser, upstream, interception.fromBrowser, water);
  pipe(upstream, browser, interception.fromUpstream, water);
  browser.on('close', (code, reason) => {
    upstream.resume();
    closeWith(upstream, code, reason, CloseCode.goingAway);
  });
  upstream.on('close', (code, reason) => {
    browser.resume();
    closeWith(browser, code, reason, CloseCode.serviceRestart);
  });
};
