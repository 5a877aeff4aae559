import { describe, expect, it } from 'vitest';
import {
  formatClock,
  formatCountdown,
  formatDateTime,
  formatDuration,
  formatElapsed,
  formatExact,
  formatRelative,
  toIso,
} from './format-time.ts';

const AT = Date.UTC(2026, 2, 3, 14, 27, 8);

describe('times', () => {
  it('are shown with their zone', () => {
    expect(formatClock(AT, 'utc')).toBe('14:27:08');
    expect(formatClock('2026-03-03T00:05:09+01:00', 'utc')).toBe('23:05:09');
    expect(formatDateTime(AT, 'utc')).toBe('3 Mar 2026, 14:27 UTC');
    expect(formatExact(AT, 'utc')).toBe('3 Mar 2026, 14:27:08 UTC');
    expect(toIso(AT)).toBe('2026-03-03T14:27:08.000Z');
  });

  it('that cannot be read become a dash, not "Invalid Date"', () => {
    expect(formatClock('yesterday', 'utc')).toBe('–');
    expect(formatRelative('yesterday', AT)).toBe('–');
    expect(toIso('yesterday')).toBe('yesterday');
  });

  it.each([
    [0, 'now'],
    [-900, 'now'],
    [-41_000, '41 s ago'],
    [-3_599_000, '59 min ago'],
    [-3_600_000, '1 h ago'],
    [-172_800_000, '2 d ago'],
    [180_000, 'in 3 min'],
  ])('%i ms from now is %s', (apart, text) => {
    expect(formatRelative(AT + apart, AT)).toBe(text);
  });
});

describe('durations', () => {
  it.each([
    [-5, '0 ms'],
    [12, '12 ms'],
    [420, '0.4 s'],
    [9_949, '9.9 s'],
    [9_999, '10 s'],
    [59_600, '1 m 00 s'],
    [65_000, '1 m 05 s'],
    [7_620_000, '2 h 07 m'],
    [273_600_000, '3 d 4 h'],
    [Number.NaN, '–'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('tick by whole seconds while they are open', () => {
    expect([0, 999, 4_400, 65_900].map(formatElapsed)).toEqual(['0 s', '0 s', '4 s', '1 m 05 s']);
  });

  it('count down to nothing and never below', () => {
    expect([852_000, 851_001, 900, 0, -5_000, 7_620_000].map(formatCountdown)).toEqual([
      '14:12',
      '14:12',
      '00:01',
      '00:00',
      '00:00',
      '2 h 07 m',
    ]);
  });
});
