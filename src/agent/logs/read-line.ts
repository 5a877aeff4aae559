import { z } from 'zod';

export type Level = 'debug' | 'info' | 'warn' | 'error';
/** One entry of a log: `message` says what kind of entry it is, `text` is what the file has. */
export type LogEntry = { at: number | undefined; level: Level; message: string; text: string };

const Fields = z.record(z.string(), z.unknown());

const PINO_LEVELS: readonly (readonly [least: number, level: Level])[] = [
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
];

const WORDS: readonly (readonly [pattern: RegExp, level: Level])[] = [
  [/^(?:fatal|crit|critical|alert|emerg|emergency|err|error|panic|severe)$/i, 'error'],
  [/^warn(?:ing)?$/i, 'warn'],
  [/^(?:debug|trace|verbose|fine)$/i, 'debug'],
];

const levelOf = (value: unknown): Level => {
  if (typeof value === 'number') return PINO_LEVELS.find(([least]) => value >= least)?.[1] ?? 'debug';
  const word = String(value ?? '');
  return WORDS.find(([pattern]) => pattern.test(word))?.[1] ?? 'info';
};

const timeOf = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value > 1e11 ? value : value * 1000;
  const at = typeof value === 'string' ? Date.parse(value.replace(',', '.')) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
};

const first = (fields: Record<string, unknown>, names: readonly string[]): unknown =>
  names.map((name) => fields[name]).find((value) => value !== undefined && value !== null);

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const error = Fields.safeParse(value);
  return error.success ? textOf(first(error.data, ['message', 'msg', 'code']) ?? '') : '';
};

const readJson = (text: string): LogEntry | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const fields = Fields.safeParse(value);
  if (!fields.success) return undefined;
  const message = textOf(first(fields.data, ['msg', 'message', 'event']));
  const error = textOf(first(fields.data, ['error', 'err', 'exception']));
  return {
    at: timeOf(first(fields.data, ['time', 'timestamp', 'ts', '@timestamp'])),
    level: levelOf(first(fields.data, ['level', 'severity', 'lvl'])),
    message: [message, error].filter((part) => part !== '').join(': ') || text,
    text,
  };
};

const TIME = /^\[?(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?)\]?\s*/;
const LEVEL = /\b(fatal|critical|crit|emerg|panic|severe|error|err|warning|warn|info|notice|debug|trace)\b/i;
/** A level is said near the beginning; later in the line the word is part of a sentence. */
const LEVEL_WITHIN = 60;

/** Reads a line as JSON, or as text that may begin with a time and a level; nothing is refused. */
export const readLine = (line: string): LogEntry => {
  const json = line.startsWith('{') ? readJson(line) : undefined;
  if (json !== undefined) return json;
  const time = TIME.exec(line);
  const rest = time === null ? line : line.slice(time[0].length);
  return {
    at: timeOf(time?.[1]),
    level: levelOf(LEVEL.exec(rest.slice(0, LEVEL_WITHIN))?.[1]),
    message: rest,
    text: line,
  };
};

/** A line that goes on with the entry before it: a stack frame, an indented detail. */
export const isContinuation = (line: string): boolean => /^(?:\s+\S|Caused by:|\.\.\. \d+ more)/.test(line);
