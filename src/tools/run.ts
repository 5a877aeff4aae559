import { spawn } from 'node:child_process';
import { ROOT } from './root.ts';

type RunOptions = {
  env?: NodeJS.ProcessEnv;
  /** Keep the output instead of showing it. */
  quiet?: boolean;
  /** Stop the command after this long without a byte of output; only with `quiet`. */
  idleMs?: number;
};

export type Ran = { code: number; output: string };

/** Runs a command to its end; never throws: a command that cannot start has the code 127. */
export const run = (file: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const quiet = options.quiet === true;
    const child = spawn(file, args, {
      cwd: ROOT,
      env: options.env ?? process.env,
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    });
    let output = '';
    let idle: NodeJS.Timeout | undefined;
    const alive = (): void => {
      clearTimeout(idle);
      if (options.idleMs === undefined) return;
      idle = setTimeout(() => {
        output += `\nno progress for ${options.idleMs} ms`;
        child.kill('SIGKILL');
      }, options.idleMs);
    };
    const done = (code: number): void => {
      clearTimeout(idle);
      resolve({ code, output });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        alive();
      });
    }
    alive();
    child.on('error', (error) => {
      output += error.message;
      done(127);
    });
    child.on('close', (code) => done(code ?? 1));
  });

/** Runs a script with this same Node. */
export const runNode = (script: string, args: readonly string[], options?: RunOptions): Promise<Ran> =>
  run(process.execPath, [script, ...args], options);
