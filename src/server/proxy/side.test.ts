import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createMeters } from '../metrics/meters.ts';
import { bridge } from './bridge.ts';
import type { Interception } from './interception.ts';
import { interceptNotifications } from './notifications.ts';
import { createSide, type Side } from './side.ts';

const WATER = { join: () => () => undefined, mostBytes: () => 100, lowBytes: () => 10 };
const AS_IT_IS: Interception = { fromBrowser: () => undefined, fromUpstream: () => undefined };
const large = `"${'x'.repeat(200)}"`;
const small = '"x"';

/** A socket that takes what is sent on it when the test says so. */
const openSocket = () => {
  const waiting: { bytes: number; onTaken: () => void }[] = [];
  const socket = Object.assign(new EventEmitter(), {
    OPEN: 1,
    readyState: 1,
    isPaused: false,
    bufferedAmount: 0,
    send(data: string | Buffer, _: object, onTaken: () => void) {
      socket.bufferedAmount += data.length;
      waiting.push({ bytes: data.length, onTaken });
    },
    pause() {
      socket.isPaused = true;
    },
    resume() {
      socket.isPaused = false;
    },
  });
  const side = createSide(socket as never, WATER);
  return {
    side,
    isPaused: () => socket.isPaused,
    says: (text: string) => socket.emit('message', Buffer.from(text), false),
    /** What was sent first is taken. */
    takes: () => {
      const first = waiting.shift();
      socket.bufferedAmount -= first?.bytes ?? 0;
      first?.onTaken();
    },
  };
};

const join = (interceptionOf: (browser: Side) => Interception = () => AS_IT_IS) => {
  const [browser, upstream] = [openSocket(), openSocket()];
  bridge(browser.side, upstream.side, interceptionOf(browser.side));
  return { browser, upstream };
};

/** Every call that is answered here is answered with a refusal. */
const beforeOldRelay = (browser: Side): Interception =>
  interceptNotifications({
    browser,
    session: () => ({ id: null, token: '', person: {} as never }),
    apiUrl: new URL('http://127.0.0.1:1'),
    logger: pino({ level: 'silent' }),
    meters: createMeters(),
  });
const calls = JSON.stringify(
  Array.from({ length: 3 }, (_, id) => ({
    jsonrpc: '2.0',
    id,
    method: 'notifications.subscribe',
    params: { afterEventId: 0 },
  })),
);

it('the relay is read again once the browser has taken its frame and what came behind it', () => {
  const { browser, upstream } = join();
  upstream.says(large);
  browser.side.send(large);
  browser.takes();
  expect(upstream.isPaused()).toBe(true);
  browser.takes();
  expect(upstream.isPaused()).toBe(false);
});

it('the browser is read again once the relay has taken its frame and what came behind it', () => {
  const { browser, upstream } = join();
  browser.says(large);
  upstream.side.send(large);
  upstream.takes();
  expect(browser.isPaused()).toBe(true);
  upstream.takes();
  expect(browser.isPaused()).toBe(false);
});

it('a browser that does not take its answers is read again once it has taken them and what came behind them', () => {
  const { browser, upstream } = join(beforeOldRelay);
  browser.says(calls);
  expect(browser.isPaused()).toBe(true);
  upstream.says(large);
  for (const _ of [1, 2, 3]) browser.takes();
  expect([browser.isPaused(), upstream.isPaused()]).toEqual([true, true]);
  browser.takes();
  expect([browser.isPaused(), upstream.isPaused()]).toEqual([false, false]);
});

it('a browser that waits for itself and for the relay is read again when neither is full', () => {
  const { browser, upstream } = join(beforeOldRelay);
  browser.says(large);
  browser.says(calls);
  for (const _ of [1, 2, 3]) browser.takes();
  expect(browser.isPaused()).toBe(true);
  upstream.takes();
  expect(browser.isPaused()).toBe(false);
});

it('nobody waits for a side that keeps up', () => {
  const { browser, upstream } = join();
  for (let frame = 0; frame < 100; frame += 1) {
    upstream.says(small);
    browser.takes();
  }
  expect(upstream.isPaused()).toBe(false);
});
