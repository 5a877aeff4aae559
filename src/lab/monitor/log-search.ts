import { open } from 'node:fs/promises';

/** The newest part of a log that is read; minutes of it. */
const TAIL_BYTES = 1024 * 1024;

type Line = Record<string, unknown> & { time: string; level: string; service: string; msg: string };

export type LogSearch = {
  from: number;
  to: number;
  service?: string | undefined;
  level?: string | undefined;
  contains?: string | undefined;
  limit: number;
};

const readTail = async (file: string): Promise<string> => {
  // A service that has written nothing yet has no log.
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return '';
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString();
  } finally {
    await handle.close();
  }
};

const isLine = (value: unknown): value is Line =>
  typeof value === 'object' && value !== null && 'time' in value && 'msg' in value && 'level' in value;

const parse = (text: string): Line | undefined => {
  try {
    const line: unknown = JSON.parse(text);
    return isLine(line) ? line : undefined;
  } catch {
    // The first line of a tail is half of one.
    return undefined;
  }
};

/** The lines of the services' logs that fit, in order of time; of too many the newest. */
export const searchLogs = async (
  files: Readonly<Record<string, string>>,
  { from, to, service, level, contains, limit }: LogSearch,
) => {
  const wanted = Object.entries(files).filter(([name]) => service === undefined || name === service);
  const texts = await Promise.all(wanted.map(([, file]) => readTail(file)));
  const found = texts
    .flatMap((text) => text.split('\n'))
    .flatMap((text) => {
      if (contains !== undefined && !text.includes(contains)) return [];
      const line = parse(text);
      if (line === undefined || (level !== undefined && line.level !== level)) return [];
      const at = Date.parse(line.time);
      return at >= from && at <= to ? [{ at, line }] : [];
    })
    .sort((a, b) => a.at - b.at);
  return {
    lines: found.slice(-limit).map(({ line }) => line),
    total: found.length,
    truncated: found.length > limit,
  };
};
