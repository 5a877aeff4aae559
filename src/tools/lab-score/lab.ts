import { fork } from 'node:child_process';
import { z } from 'zod';
import { Truth } from './verdict.ts';

const Heard = z.discriminatedUnion('type', [
  z.object({ type: z.literal('status'), state: z.string(), message: z.string() }),
  z.object({ type: z.literal('incident'), incidentId: z.string(), title: z.string() }),
  z.object({ type: z.literal('truth'), fault: z.string(), truth: Truth, at: z.number() }),
  z.object({ type: z.literal('calm'), at: z.number() }),
]);
export type Heard = z.infer<typeof Heard> & { heardAt: number };

/** The lab, started as the server starts it, but by us: only who starts it hears what was really broken. */
export const startLab = (environment: Record<string, string>) => {
  const child = fork(new URL('../../lab/main.js', import.meta.url), [], { env: { ...process.env, ...environment } });
  let heard: Heard[] = [];
  let checks: (() => void)[] = [];
  child.on('message', (message) => {
    const read = Heard.safeParse(message);
    if (!read.success) return;
    heard.push({ ...read.data, heardAt: Date.now() });
    for (const check of checks) check();
  });
  let ended = false;
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => {
      ended = true;
      resolve();
    }),
  );

  return {
    pid: child.pid ?? 0,
    send: (message: object): void => {
      if (child.connected) child.send(message);
    },
    /** What was heard so far is of the round before. */
    forget: (): void => {
      heard = [];
    },
    heard: (): readonly Heard[] => heard,
    isOver: (): boolean => ended,
    /** Resolves to what `find` finds; undefined where it finds nothing in time. */
    until: <T>(find: (heard: readonly Heard[]) => T | undefined, withinMs: number): Promise<T | undefined> =>
      new Promise((resolve) => {
        const end = (found: T | undefined): void => {
          clearTimeout(timer);
          checks = checks.filter((other) => other !== check);
          resolve(found);
        };
        const check = (): void => {
          const found = find(heard);
          if (found !== undefined) end(found);
        };
        const timer = setTimeout(() => end(undefined), withinMs);
        checks.push(check);
        check();
      }),
    stop: async (): Promise<void> => {
      if (child.connected) child.send({ type: 'stop' });
      await exited;
    },
  };
};

export type ScoredLab = ReturnType<typeof startLab>;
