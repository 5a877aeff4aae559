import type { Zone } from '../ui/format-time.ts';

const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;

/**
 * A time of day on the day of `near`, in epoch milliseconds. An empty text is no time (null), one that is none is
 * undefined. Of a time before the start the next day is meant: an incident may go over midnight.
 */
export const readClock = (text: string, near: number, zone: Zone): number | null | undefined => {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const parsed = CLOCK.exec(trimmed);
  if (parsed === null) return undefined;
  const [hours, minutes, seconds] = [Number(parsed[1]), Number(parsed[2]), Number(parsed[3] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const day = new Date(near);
  const at =
    zone === 'utc'
      ? Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), hours, minutes, seconds)
      : new Date(day.getFullYear(), day.getMonth(), day.getDate(), hours, minutes, seconds).getTime();
  const HALF_A_DAY = 12 * 3_600_000;
  return at < near - HALF_A_DAY ? at + 2 * HALF_A_DAY : at;
};
