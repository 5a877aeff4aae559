import { type ChildProcess, fork } from 'node:child_process';

export type Child<Message> = {
  /** What the child said when it was ready. */
  address: string;
  onMessage: (listener: (message: Message) => void) => void;
  onExit: (listener: (code: number | null) => void) => void;
  stop: () => void;
};

/** Each process of the lab is small; without these V8 lets a heap grow far beyond what is in use. */
const EXEC_ARGV = ['--max-old-space-size=96', '--max-semi-space-size=2'];

const isReady = (message: unknown): message is { type: 'ready'; address: string } =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';

/** Forks a script of the lab with its settings and waits until it is ready. */
export const startChild = <Message>(
  script: URL,
  settings: object,
  isMessage: (message: unknown) => message is Message,
): Promise<Child<Message>> =>
  new Promise((resolve, reject) => {
    const child: ChildProcess = fork(script, [], {
      execArgv: EXEC_ARGV,
      env: { ...process.env, LAB_SETTINGS: JSON.stringify(settings) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const failed = (code: number | null): void => reject(new Error(`${script.pathname} ended with ${code}`));
    child.once('exit', failed);
    child.on('message', (first) => {
      if (!isReady(first)) return;
      child.off('exit', failed);
      resolve({
        address: first.address,
        onMessage: (listener) => {
          child.on('message', (message) => {
            if (isMessage(message)) listener(message);
          });
        },
        onExit: (listener) => child.once('exit', listener),
        stop: () => child.kill('SIGTERM'),
      });
    });
  });

/** For a child that says nothing but that it is ready. */
export const isNothing = (_message: unknown): _message is never => false;
