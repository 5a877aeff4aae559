import { createWriteStream, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A lab that runs for days keeps the last few hours of its logs. */
const ROTATE_AT_BYTES = 8 * 1024 * 1024;

export type Level = 'info' | 'warn' | 'error';
export type Log = (level: Level, message: string, fields?: object) => void;

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** JSON lines to a file; at its limit it becomes `<file>.1`, over the one before. */
export const openLog = (file: string, service: string): Log => {
  mkdirSync(dirname(file), { recursive: true });
  let stream = createWriteStream(file, { flags: 'a' });
  let bytes = sizeOf(file);
  return (level, message, fields = {}) => {
    const line = `${JSON.stringify({ time: new Date().toISOString(), level, service, msg: message, ...fields })}\n`;
    bytes += Buffer.byteLength(line);
    if (bytes > ROTATE_AT_BYTES) {
      stream.end();
      renameSync(file, `${file}.1`);
      stream = createWriteStream(file, { flags: 'a' });
      bytes = line.length;
    }
    stream.write(line);
  };
};
