import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FromLab, LabStatus, ToLab } from '../messages.ts';

/** Node 20 runs no TypeScript: from src/ (vitest) the twin that `tsc -b` wrote is started. */
const compiled = (path: string): URL =>
  new URL(import.meta.resolve(path).replace('/src/', '/dist/').replace(/\.ts$/, '.js'));

const TYPES: ReadonlySet<unknown> = new Set(['status', 'incident', 'truth', 'calm']);
const isFromLab = (message: unknown): message is FromLab =>
  typeof message === 'object' && message !== null && 'type' in message && TYPES.has(message.type);
const isStatus = (message: FromLab): message is LabStatus => message.type === 'status';

/** The whole lab as the server starts it, in a folder of its own. */
export const runLab = (relayUrl: string, environment: Record<string, string>) => {
  const dir = mkdtempSync(join(tmpdir(), 'lab-'));
  const heard: FromLab[] = [];
  let wake: (() => void)[] = [];
  const child: ChildProcess = fork(compiled('../main.ts'), [], {
    env: { ...process.env, LAB_RELAY_URL: relayUrl, LAB_API_KEY: 'cflo_test', LAB_DIR: dir, ...environment },
  });
  child.on('message', (message) => {
    if (!isFromLab(message)) return;
    heard.push(message);
    for (const check of wake) check();
  });
  const exited = new Promise<[code: number | null, signal: NodeJS.Signals | null]>((resolve) =>
    child.once('exit', (...how) => resolve(how)),
  );
  const until = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const check = (): void => {
        const found = find();
        if (found === undefined) return;
        wake = wake.filter((other) => other !== check);
        resolve(found);
      };
      wake.push(check);
      check();
    });
  return {
    dir,
    pid: child.pid ?? 0,
    heard,
    send: (message: ToLab) => child.send(message),
    /** Resolves once the newest status is this one. */
    until: (state: LabStatus['state']): Promise<void> =>
      until(() => (heard.findLast(isStatus)?.state === state ? true : undefined)).then(() => undefined),
    /** Resolves to what `find` finds, as soon as it does. */
    hear: <T>(find: (heard: readonly FromLab[]) => T | undefined): Promise<T> => until(() => find(heard)),
    /** Resolves to how it ended. */
    stop: async () => {
      child.kill('SIGTERM');
      const how = await exited;
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
      return how;
    },
  };
};
