export type Zone = 'utc' | 'local';
/** Epoch milliseconds, or ISO 8601. */
export type Instant = number | string;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const toMs = (at: Instant): number => (typeof at === 'number' ? at : Date.parse(at));

export const toIso = (at: Instant): string => {
  const ms = toMs(at);
  return Number.isFinite(ms) ? new Date(ms).toISOString() : String(at);
};

const zoneOption = (zone: Zone) => (zone === 'utc' ? { timeZone: 'UTC' } : {});
const formats = new Map<string, Intl.DateTimeFormat>();
const formatWith = (name: string, zone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = `${name} ${zone}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', { hourCycle: 'h23', ...options, ...zoneOption(zone) });
  formats.set(key, made);
  return made;
};

/** `14:27:08` */
export const formatClock = (at: Instant, zone: Zone): string => {
  const ms = toMs(at);
  if (!Number.isFinite(ms)) return '–';
  return formatWith('clock', zone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(ms);
};

/** `UTC`, or the local zone by its short name. */
export const zoneName = (zone: Zone, at: number = Date.now()): string => {
  if (zone === 'utc') return 'UTC';
  const parts = formatWith('zone', zone, { timeZoneName: 'short' }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? 'local';
};

const formatDate = (ms: number, zone: Zone): string =>
  formatWith('date', zone, { day: 'numeric', month: 'short', year: 'numeric' }).format(ms);

/** `3 Mar 2026, 14:27:08 UTC` */
export const formatExact = (at: Instant, zone: Zone): string => {
  const ms = toMs(at);
  if (!Number.isFinite(ms)) return '–';
  return `${formatDate(ms, zone)}, ${formatClock(ms, zone)} ${zoneName(zone, ms)}`;
};

/** `3 Mar 2026, 14:27 UTC` */
export const formatDateTime = (at: Instant, zone: Zone): string => {
  const ms = toMs(at);
  if (!Number.isFinite(ms)) return '–';
  const clock = formatWith('minute', zone, { hour: '2-digit', minute: '2-digit' }).format(ms);
  return `${formatDate(ms, zone)}, ${clock} ${zoneName(zone, ms)}`;
};

const spans = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
  [SECOND, 's'],
] as const;

/** `now`, `41 s ago`, `in 3 min` */
export const formatRelative = (at: Instant, now: number): string => {
  const apart = toMs(at) - now;
  if (!Number.isFinite(apart)) return '–';
  const distance = Math.abs(apart);
  const [unit, name] = spans.find(([size]) => distance >= size) ?? [SECOND, 's'];
  const amount = Math.floor(distance / unit);
  if (amount === 0) return 'now';
  return apart < 0 ? `${amount} ${name} ago` : `in ${amount} ${name}`;
};

/** `0.4 s`, `41 s`, `1 m 05 s`, `2 h 07 m`, `3 d 4 h` */
export const formatDuration = (durationMs: number): string => {
  if (!Number.isFinite(durationMs)) return '–';
  const ms = Math.max(0, durationMs);
  if (ms < 9_950) return ms < 50 ? `${Math.round(ms)} ms` : `${(ms / SECOND).toFixed(1)} s`;
  const seconds = Math.round(ms / SECOND);
  if (seconds < 60) return `${seconds} s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  const hours = Math.floor(seconds / 3_600);
  if (hours < 24) return `${hours} h ${two(Math.floor(seconds / 60) % 60)} m`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
};

/** What is ticking jumps by whole seconds: `4 s`, `1 m 05 s`. */
export const formatElapsed = (durationMs: number): string => {
  const seconds = Math.floor(Math.max(0, durationMs) / SECOND);
  return seconds < 10 ? `${seconds} s` : formatDuration(seconds * SECOND);
};

/** `14:12`, `2 h 07 m` */
export const formatCountdown = (leftMs: number): string => {
  const seconds = Math.max(0, Math.ceil(leftMs / SECOND));
  if (seconds >= 3_600) return formatDuration(seconds * SECOND);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
};
