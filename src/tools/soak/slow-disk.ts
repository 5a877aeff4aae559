import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { programOf } from '../../server/testing/program-of.ts';

/** Debian's package of that name; undefined where it is not installed. */
export const STRACE = programOf('strace');

const CALLS = 'pwrite64,fsync,fdatasync';

/** From now on each write to a file of this process, and each sync, takes so much longer; until what it answers is called. */
export const slowDisk = async (pid: number, byMs: number): Promise<() => Promise<void>> => {
  if (STRACE === undefined) throw new Error('strace is not installed.');
  const inject = `inject=${CALLS}:delay_enter=${byMs * 1_000}`;
  const strace = spawn(STRACE, ['-f', '-o', '/dev/null', '-e', `trace=${CALLS}`, '-e', inject, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(strace, 'exit').then(([code]) => Promise.reject(new Error(`strace ended with ${code}.`)));
  ended.catch(() => undefined);
  // It says so once it holds all of the threads.
  await Promise.race([once(strace.stderr, 'data'), ended]);
  return async () => {
    strace.kill('SIGINT');
    await ended.catch(() => undefined);
  };
};
