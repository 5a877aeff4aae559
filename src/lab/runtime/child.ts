import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createCaller } from './ipc.ts';

export type Child<Message> = {
  pid: number;
  /** What the child said when it was ready. */
  address: string;
  call: (method: string, params?: unknown) => Promise<unknown>;
  send: (message: object) => void;
  onMessage: (listener: (message: Message) => void) => void;
  /** Calls it when the child ends without having been asked to. */
  onExit: (listener: (code: number | null, signal: NodeJS.Signals | null) => void) => void;
  /** Asks it to end; resolves once it has. */
  stop: () => Promise<void>;
  /** Ends it at once, as a machine that is out of memory would. */
  kill: () => void;
};

/** Each process of the lab is small; without these V8 lets a heap grow far beyond what is in use. */
const EXEC_ARGV = ['--max-semi-space-size=2'];
const HEAP_MB = 128;
const STOP_WITHIN_MS = 3_000;

/** Nothing of ours is in it: what a process may know comes by its channel, and nobody else can read that. */
const ENVIRONMENT = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'SystemRoot', 'TEMP', 'NODE_EXTRA_CA_CERTS'];
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    ENVIRONMENT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );

const isReady = (message: unknown): message is { type: 'ready'; address: string } =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Their end is no news. */
const asked = new WeakSet<ChildProcess>();

const end = async (child: ChildProcess): Promise<void> => {
  asked.add(child);
  if (ended(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exited;
  clearTimeout(timer);
};

/** This process's own, from the fork on. */
const children = new Set<ChildProcess>();
let isEnding = false;

/** For a process that is about to end: ends its children first, starts none any more, and tells nobody of their ends. */
export const endChildren = async (): Promise<void> => {
  isEnding = true;
  await Promise.all([...children].map(end));
};

/** Whoever waits for a child in a process that is ending goes on waiting: there is nothing left to do. */
const unlessEnding = <T>(promise: Promise<T>): Promise<T> =>
  promise.catch((error: unknown) => (isEnding ? new Promise<never>(() => undefined) : Promise.reject(error)));

const begin = <Message>(
  script: URL,
  settings: object,
  isMessage: (message: unknown) => message is Message,
): Promise<Child<Message>> =>
  new Promise((resolve, reject) => {
    if (isEnding) return reject(new Error('this process is ending'));
    const child = fork(script, [], {
      execArgv: [...EXEC_ARGV, `--max-old-space-size=${HEAP_MB}`],
      env: environment(),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.add(child);
    child.once('exit', () => children.delete(child));
    const call = createCaller(child);
    const failed = (code: number | null): void => reject(new Error(`${script.pathname} ended with ${code}`));
    child.once('exit', failed);
    child.send({ type: 'settings', settings });
    const listen = (first: unknown): void => {
      if (!isReady(first)) return;
      child.off('message', listen);
      child.off('exit', failed);
      resolve({
        pid: child.pid ?? 0,
        address: first.address,
        call: (method, params) => unlessEnding(call(method, params)),
        send: (message) => {
          if (child.connected) child.send(message);
        },
        onMessage: (listener) => {
          child.on('message', (message) => {
            if (isMessage(message)) listener(message);
          });
        },
        onExit: (listener) => {
          child.once('exit', (code, signal) => {
            if (!asked.has(child)) listener(code, signal);
          });
        },
        stop: () => end(child),
        kill: () => child.kill('SIGKILL'),
      });
    };
    child.on('message', listen);
  });

/** Forks a script of the lab, hands it its settings and waits until it is ready. */
export const startChild = <Message>(...of: Parameters<typeof begin<Message>>): Promise<Child<Message>> =>
  unlessEnding(begin(...of));
