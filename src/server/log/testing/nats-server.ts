import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programOf } from '../../testing/program-of.ts';

export const NATS_SERVER = programOf('nats-server');

/** Whether it can sync each message before it acknowledges it: nats-server knows `sync_interval` from 2.10 on. */
export const canSyncAlways = (): boolean => {
  if (NATS_SERVER === undefined) return false;
  const [, major, minor] = /v(\d+)\.(\d+)/.exec(execFileSync(NATS_SERVER, ['--version'], { encoding: 'utf8' })) ?? [];
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 10);
};

export type NatsServer = {
  url: string;
  port: number;
  /** Where it keeps its streams. */
  store: string;
  pid(): number;
  /** Sends the signal; with one that ends the process, waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
};

/** What still runs when the tests' own process ends goes with it. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A port that nobody listens on at the moment. */
const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const LISTENS = /Listening for client connections on [^\s:]+:(\d+)/;

const launch = (args: readonly string[]): { child: ChildProcess; port: Promise<number> } => {
  const child = spawn(NATS_SERVER ?? 'nats-server', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  running.add(child);
  let output = '';
  const port = new Promise<number>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const [, found] = LISTENS.exec(output) ?? [];
      if (found !== undefined) {
        output = '';
        resolve(Number(found));
      }
    });
    child.once('exit', () => {
      running.delete(child);
      reject(new Error(`nats-server did not start:\n${output}`));
    });
  });
  return { child, port };
};

const serve = async (directory: string, config: string, port: number): Promise<NatsServer> => {
  const file = join(directory, 'nats.conf');
  await writeFile(file, config);
  let started = launch(['-c', file, '-a', '127.0.0.1', '-p', String(port)]);
  const bound = await started.port;

  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    const { child } = started;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };

  return {
    url: `nats://127.0.0.1:${bound}`,
    port: bound,
    store: join(directory, 'store'),
    pid: () => started.child.pid ?? 0,
    kill,
    signal: (signal) => void started.child.kill(signal),
    async start() {
      started = launch(['-c', file, '-a', '127.0.0.1', '-p', String(bound)]);
      await started.port;
    },
    async stop() {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
};

const newDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), 'causeflow-nats-'));

const jetStreamIn = (directory: string, extra = ''): string =>
  `jetstream { store_dir: ${JSON.stringify(join(directory, 'store'))}${extra} }\n`;

/**
 * One real broker with JetStream, on a port that the system picks; `maxBytes` bounds all that it stores, `syncAlways` has
 * it sync each message, and `config` is put into its configuration.
 */
export const startNats = async (
  options: { maxBytes?: number; syncAlways?: boolean; config?: string } = {},
): Promise<NatsServer> => {
  const directory = await newDirectory();
  const bound = options.maxBytes === undefined ? '' : `, max_file_store: ${options.maxBytes}`;
  const sync = options.syncAlways === true ? ', sync_interval: always' : '';
  return serve(directory, jetStreamIn(directory, bound + sync) + (options.config ?? ''), -1);
};

/** Three real brokers as one cluster. */
export const startNatsCluster = async (): Promise<readonly NatsServer[]> => {
  const routePorts = [await freePort(), await freePort(), await freePort()];
  const routes = routePorts.map((port) => `nats://127.0.0.1:${port}`).join(', ');
  return Promise.all(
    routePorts.map(async (routePort, index) => {
      const directory = await newDirectory();
      const config = `
        server_name: n${index}
        ${jetStreamIn(directory)}
        cluster { name: c, listen: "127.0.0.1:${routePort}", routes: [${routes}] }
      `;
      return serve(directory, config, await freePort());
    }),
  );
};
