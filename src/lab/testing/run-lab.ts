import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FromLab, ToLab } from '../messages.ts';

/** Node 20 runs no TypeScript: from src/ (vitest) the twin that `tsc -b` wrote is started. */
const compiled = (path: string): URL =>
  new URL(import.meta.resolve(path).replace('/src/', '/dist/').replace(/\.ts$/, '.js'));

const isStatus = (message: unknown): message is FromLab =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'status';

/** The whole lab as the server starts it, in a folder of its own. */
export const runLab = (relayUrl: string, environment: Record<string, string>) => {
  const dir = mkdtempSync(join(tmpdir(), 'lab-'));
  const statuses: FromLab[] = [];
  let wake: (() => void)[] = [];
  const child: ChildProcess = fork(compiled('../main.ts'), [], {
    env: { ...process.env, LAB_RELAY_URL: relayUrl, LAB_API_KEY: 'cflo_test', LAB_DIR: dir, ...environment },
  });
  child.on('message', (message) => {
    if (!isStatus(message)) return;
    statuses.push(message);
    for (const check of wake) check();
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    dir,
    statuses,
    send: (message: ToLab) => child.send(message),
    /** Resolves once the newest status is this one. */
    until: (state: FromLab['state']): Promise<void> =>
      new Promise((resolve) => {
        const check = (): void => {
          if (statuses.at(-1)?.state !== state) return;
          wake = wake.filter((other) => other !== check);
          resolve();
        };
        wake.push(check);
        check();
      }),
    stop: async (): Promise<void> => {
      if (child.connected) child.send({ type: 'stop' } satisfies ToLab);
      await exited;
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
