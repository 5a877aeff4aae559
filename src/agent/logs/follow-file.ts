import { type FileHandle, open } from 'node:fs/promises';

export type FollowOptions = {
  file: string;
  /** Called with what was there at the start, at most `headBytes` from its end, and then with what comes. */
  onLines: (lines: string[], isOld: boolean) => void;
  onError: (error: Error) => void;
  /** What was there is read, or nothing is there yet: all that comes from now on is new. */
  onReady?: () => void;
  headBytes?: number;
  everyMs?: number;
};

const HEAD_BYTES = 4 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
/** A line without an end is cut here, so that a file of one line does not fill the memory. */
const MOST_LINE_CHARACTERS = 64 * 1024;
const POLL_EVERY_MS = 250;

type Place = { inode: number; offset: number };

/**
 * Follows a file as it grows, over rotation (another file under the name) and truncation. By polling: it works on
 * every file system, and a log is not worth less a quarter of a second later. A file that isn't there yet is awaited.
 */
export const followFile = (options: FollowOptions): { stop: () => Promise<void> } => {
  const { file, onLines, onError, headBytes = HEAD_BYTES, everyMs = POLL_EVERY_MS } = options;
  let place: Place | undefined;
  let rest = '';
  let decoder = new TextDecoder();
  let stopped = false;
  let isFirst = true;
  let { onReady } = options;

  const take = (text: string, isOld: boolean): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MOST_LINE_CHARACTERS) {
      lines.push(rest);
      rest = '';
    }
    const whole = lines.map((line) => line.replace(/\r$/, '')).filter((line) => line !== '');
    if (whole.length > 0 && !stopped) onLines(whole, isOld);
  };

  const readFrom = async (handle: FileHandle, from: Place, size: number, isOld: boolean): Promise<void> => {
    while (from.offset < size && !stopped) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, from.offset);
      if (bytesRead === 0) return;
      from.offset += bytesRead;
      take(decoder.decode(buffer.subarray(0, bytesRead), { stream: true }), isOld);
    }
  };

  const look = async (): Promise<void> => {
    const handle = await open(file, 'r');
    try {
      const { ino, size } = await handle.stat();
      const isOld = isFirst;
      isFirst = false;
      if (place === undefined || place.inode !== ino || size < place.offset) {
        rest = '';
        decoder = new TextDecoder();
        place = { inode: ino, offset: isOld ? Math.max(0, size - headBytes) : 0 };
      }
      await readFrom(handle, place, size, isOld);
    } finally {
      await handle.close();
    }
  };

  const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

  const loop = async (): Promise<void> => {
    while (!stopped) {
      try {
        await look();
      } catch (error) {
        // What appears later is new from its first line on.
        if (isAbsent(error)) isFirst = false;
        else onError(error instanceof Error ? error : new Error(String(error)));
      }
      onReady?.();
      onReady = undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, everyMs);
      });
    }
  };
  let wake = (): void => undefined;
  const done = loop();
  return {
    stop: async () => {
      stopped = true;
      wake();
      await done;
    },
  };
};
