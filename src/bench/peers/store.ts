import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Something that keeps what it is given: `append` resolves once it is on disk. */
export type Store = {
  append(text: string): Promise<void>;
  stop(): Promise<void>;
  /** What is to be known about its figures. */
  note?: string;
};

/** What still runs when the bench ends goes with it. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
};

export type Installed = { port: number; folder: string; stop(): Promise<void> };

/** Starts a server that may be installed on this machine, in a folder of its own that `prepare` fills; resolves when it says `readyAt`. */
export const startInstalled = async (
  command: string,
  argsOf: (port: number, folder: string) => readonly string[],
  readyAt: RegExp,
  prepare?: (port: number, folder: string) => Promise<void>,
): Promise<Installed> => {
  const folder = await mkdtemp(join(tmpdir(), 'causeflow-bench-'));
  const port = await freePort();
  await prepare?.(port, folder);
  const child = spawn(command, argsOf(port, folder), { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let output = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-10_000);
        if (readyAt.test(output)) resolve();
      });
    }
    child.once('error', () => reject(new Error(`${command} is not installed`)));
    child.once('exit', () => reject(new Error(`${command} ended: ${output.slice(-300)}`)));
  });
  return {
    port,
    folder,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
};
