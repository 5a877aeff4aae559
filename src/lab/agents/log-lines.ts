import { z } from 'zod';

const Line = z.looseObject({ time: z.string(), level: z.string(), service: z.string(), msg: z.string() });
export type LogLine = {
  at: number;
  level: string;
  service: string;
  message: string;
  fields: Record<string, unknown>;
  text: string;
};

/** Reads one JSON line; undefined for what is none, such as a line cut off by a rotation. */
export const parseLogLine = (text: string): LogLine | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const line = Line.safeParse(value);
  if (!line.success) return undefined;
  const { time, level, service, msg, ...fields } = line.data;
  const at = Date.parse(time);
  return Number.isNaN(at) ? undefined : { at, level, service, message: msg, fields, text };
};

export type Template = { service: string; level: string; message: string; before: number; after: number };

/** How often each kind of line came before a moment and from it on. */
export const countTemplates = (lines: readonly LogLine[], moment: number): Template[] => {
  const templates = new Map<string, Template>();
  for (const { at, level, service, message } of lines) {
    const key = `${service} ${level} ${message}`;
    const template = templates.get(key) ?? { service, level, message, before: 0, after: 0 };
    templates.set(key, template);
    if (at < moment) template.before += 1;
    else template.after += 1;
  }
  return [...templates.values()].sort((a, b) => b.after - a.after);
};

export type SlowStatement = {
  statement: string;
  query: string;
  service: string;
  count: number;
  meanMs: number;
  worstMs: number;
};

/** The statements that the lines complain of, the one that cost most time first. */
export const slowStatements = (lines: readonly LogLine[]): SlowStatement[] => {
  const found = new Map<string, SlowStatement & { totalMs: number }>();
  for (const { service, fields } of lines) {
    const { statement, query, durationMs } = fields;
    if (typeof statement !== 'string' || typeof durationMs !== 'number') continue;
    const name = typeof query === 'string' ? query : '';
    const one = found.get(statement) ?? {
      statement,
      query: name,
      service,
      count: 0,
      meanMs: 0,
      worstMs: 0,
      totalMs: 0,
    };
    found.set(statement, one);
    one.count += 1;
    one.totalMs += durationMs;
    one.meanMs = one.totalMs / one.count;
    one.worstMs = Math.max(one.worstMs, durationMs);
  }
  return [...found.values()].sort((a, b) => b.totalMs - a.totalMs).map(({ totalMs: _, ...one }) => one);
};
