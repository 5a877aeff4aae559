import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledUrl } from '../compiled.ts';
import { AGENT_KEY, JWT_SECRET, OTHER_AGENT_KEY, OTHER_TENANT, TENANT } from './people.ts';

type Environment = Record<string, string | undefined>;

export type ServerProcess = {
  /** `http://host:port`, as the process printed it. */
  address: string;
  port: number;
  dataDir: string;
  /** The pid of the process that runs now. */
  pid(): number;
  /** All that it ever wrote to stdout and stderr. */
  output(): string;
  /** Ends the process with the signal and waits until it is gone; resolves to its exit code. */
  kill(signal?: NodeJS.Signals): Promise<number | null>;
  /** Sets the calendar clock of the process that runs now forward, or back. */
  stepClock(milliseconds: number): void;
  /** Starts it again on the same port and data; ends it first where it still runs. */
  restart(): Promise<void>;
  /** Ends the process and removes its data. */
  stop(): Promise<void>;
};

/** What still runs when the tests' own process ends goes with it. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Nothing of the surroundings may configure a server under test. */
const OURS = [
  'HOST',
  'JWKS_URL',
  'JWT_ISSUER',
  'JWT_AUDIENCE',
  'RELAY_URL',
  'API_URL',
  'NATS_URL',
  'ALLOWED_ORIGINS',
] as const;

const environmentOf = (dataDir: string, port: number, env: Environment): Environment => ({
  ...process.env,
  ...Object.fromEntries(OURS.map((name) => [name, undefined])),
  PORT: String(port),
  DATA_DIR: dataDir,
  JWT_SECRET,
  AGENT_API_KEYS: `${AGENT_KEY}:${TENANT},${OTHER_AGENT_KEY}:${OTHER_TENANT}`,
  DEMO: '0',
  LOG_LEVEL: 'info',
  REQUESTS_PER_MINUTE: '100000',
  PUBLISHES_PER_SECOND: '1000000',
  CALLS_PER_SECOND: '100000',
  UPGRADES_PER_MINUTE: '1000000',
  ...env,
});

const SCRIPT = `
  import '${compiledUrl(import.meta.url, './steppable-clock.ts').href}';
  import { main } from '${compiledUrl(import.meta.url, '../main.ts').href}';
  await main();
`;

/** Starts the compiled server as a process of its own and gives its output to `onOutput`. */
const launch = (env: Environment, onOutput: (text: string, stream: 'stdout' | 'stderr') => void): ChildProcess => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.stdout?.setEncoding('utf8').on('data', (text: string) => onOutput(text, 'stdout'));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => onOutput(text, 'stderr'));
  return child;
};

/** A server that is expected to give up: its exit code and what it wrote. */
export const failToStart = async (
  env: Environment,
): Promise<{ code: number | null; stdout: string; stderr: string }> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'causeflow-server-'));
  const written = { stdout: '', stderr: '' };
  const child = launch(environmentOf(dataDir, 0, env), (text, stream) => {
    written[stream] += text;
    // It has started after all, and would never end.
    if (written.stdout.includes('CauseFlow Live is on')) child.kill('SIGKILL');
  });
  await once(child, 'close');
  await rm(dataDir, { recursive: true, force: true });
  return { code: child.exitCode, ...written };
};

const ADDRESS = /CauseFlow Live is on (http:\/\/\S+:(\d+))/;

/** A server in a process of its own, as it runs in production; whoever starts it has to `stop` it. */
export const startServer = async (options: { env?: Environment; dataDir?: string } = {}): Promise<ServerProcess> => {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'causeflow-server-')));
  let output = '';
  let child: ChildProcess | undefined;

  const start = async (wantedPort: number): Promise<{ address: string; port: number }> => {
    let own = '';
    return new Promise((resolve, reject) => {
      const started = launch(environmentOf(dataDir, wantedPort, options.env ?? {}), (text) => {
        output += text;
        if (ADDRESS.test(own)) return;
        own += text;
        const [, address, port] = ADDRESS.exec(own) ?? [];
        if (address !== undefined) resolve({ address, port: Number(port) });
      });
      child = started;
      started.once('close', () => reject(new Error(`The server did not start:\n${own}`)));
    });
  };

  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> => {
    if (child === undefined) return null;
    const ended = child;
    if (ended.exitCode === null && ended.signalCode === null) {
      ended.kill(signal);
      await once(ended, 'close');
    }
    return ended.exitCode;
  };

  const { address, port } = await start(0);
  return {
    address,
    port,
    dataDir,
    pid: () => child?.pid ?? 0,
    output: () => output,
    kill,
    stepClock: (milliseconds) => void child?.send({ stepMs: milliseconds }),
    async restart() {
      await kill();
      await start(port);
    },
    async stop() {
      await kill();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};
