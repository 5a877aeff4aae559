import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { endWhenSilent } from './half-open.ts';

const LIMITS = { pingEveryMs: 15_000, unansweredPings: 3 };

const openSide = () => {
  const events = new EventEmitter();
  const side = Object.assign(events, {
    OPEN: 1 as const,
    readyState: 1 as const,
    isPaused: false,
    bufferedAmount: 0,
    pings: 0,
    isOver: false,
    ping() {
      side.pings += 1;
    },
    terminate() {
      side.isOver = true;
      events.emit('close');
    },
  });
  endWhenSilent(side as never, LIMITS);
  return side;
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('a side that says nothing is sent pings, and ended after the limit', () => {
  const side = openSide();
  vi.advanceTimersByTime(45_000);
  expect(side).toMatchObject({ pings: 3, isOver: false });
  vi.advanceTimersByTime(15_000);
  expect(side.isOver).toBe(true);
  vi.advanceTimersByTime(600_000);
  expect(side.pings).toBe(3);
});

it.each(['message', 'ping', 'pong'])('a side from which a %s comes now and then stays', (sign) => {
  const side = openSide();
  for (let minute = 0; minute < 60; minute += 1) {
    vi.advanceTimersByTime(40_000);
    side.emit(sign);
  }
  expect(side.isOver).toBe(false);
});

it('who takes what waits, however slowly, stays; who takes nothing of it does not', () => {
  const side = openSide();
  side.bufferedAmount = 1_000_000;
  for (let step = 0; step < 100; step += 1) {
    vi.advanceTimersByTime(15_000);
    side.bufferedAmount -= 1;
  }
  expect(side.isOver).toBe(false);
  vi.advanceTimersByTime(90_000);
  expect(side.isOver).toBe(true);
});

it('a side that is paused, whose pongs cannot be heard, is not ended for it', () => {
  const side = openSide();
  side.isPaused = true;
  vi.advanceTimersByTime(600_000);
  expect(side.isOver).toBe(false);
  side.isPaused = false;
  vi.advanceTimersByTime(30_000);
  expect(side.isOver).toBe(false);
  vi.advanceTimersByTime(15_000);
  expect(side.isOver).toBe(true);
});
