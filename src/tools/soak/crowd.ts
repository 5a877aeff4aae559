import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { compiledUrl } from '../../server/compiled.ts';
import { apiOf } from '../../server/testing/api-client.ts';
import { AGENT_KEY, admin, withKey } from '../../server/testing/people.ts';
import { connect } from '../../server/testing/rpc-client.ts';
import { type ServerProcess, startServer } from '../../server/testing/server-process.ts';
import { publishMany } from '../../server/testing/shared.ts';

/** What the first connections load once is nobody's. */
const FIRST_SOCKETS = 50;
/** Files that a process has open beside its sockets, and connections beside the crowd's. */
const OTHERS = 200;
/** A herd of thousands pings nobody while it reads. */
const IDLE_TIMEOUT_S = '86400';
const PADDING = 'x'.repeat(400);

/** Node raises its own soft limit to the hard one, which only the shell or the system can raise. */
const checkOpenFiles = (sockets: number): void => {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const most = Number(/^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  if (sockets + OTHERS <= most) return;
  throw new Error(`${sockets} sockets need ${sockets + OTHERS} open files, and ${most} are allowed: see ulimit -n.`);
};

/** A figure of the process in kilobytes: VmRSS now, VmHWM at its most. */
const memoryKb = (pid: number, name: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

const metric = async (server: ServerProcess, series: string): Promise<number> => {
  const text = await (await fetch(`${server.address}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  if (line === undefined) throw new Error(`There is no ${series} among the metrics.`);
  return Number(line.slice(series.length + 1));
};

/** The longest delay of the event loop since this was last asked, in milliseconds. */
const maxDelayMs = async (server: ServerProcess): Promise<number> =>
  Math.round(1_000 * (await metric(server, 'nodejs_eventloop_lag_max_seconds')));

const peakMb = (server: ServerProcess): number => Math.round(memoryKb(server.pid(), 'VmHWM') / 1_024);

const startCrowdServer = (connections: number): Promise<ServerProcess> => {
  checkOpenFiles(connections);
  const most = String(connections + OTHERS);
  const env = { LOG_LEVEL: 'silent', IDLE_TIMEOUT_S, CONNECTIONS_PER_ADDRESS: most, CONNECTIONS_PER_TENANT: most };
  return startServer({ env });
};

const Told = z.union([z.object({ result: z.unknown() }), z.object({ error: z.string() })]);

/** A process of clients; `ask` sends it to work with so many of them and resolves to its result. */
const startClients = (args: readonly string[]) => {
  const child = fork(compiledUrl(import.meta.url, './crowd-process.ts'), args, { execArgv: [] });
  const died = once(child, 'exit').then(() => {
    throw new Error('The process of the clients has ended.');
  });
  died.catch(() => undefined);
  return {
    async ask(count: number): Promise<unknown> {
      const answer = once(child, 'message');
      child.send(count);
      const told = Told.parse((await Promise.race([answer, died]))[0]);
      if ('error' in told) throw new Error(told.error);
      return told.result;
    },
    stop: () => void child.kill('SIGKILL'),
  };
};

export type Idle = { sockets: number; kbPerSocket: number; totalMs: number; peakMb: number; maxDelayMs: number };

/** Opens so many connections that say nothing, and measures what each costs the server. */
export const runIdle = async (sockets: number): Promise<Idle> => {
  const server = await startCrowdServer(FIRST_SOCKETS + sockets);
  const clients = startClients([server.address]);
  try {
    await clients.ask(FIRST_SOCKETS);
    await maxDelayMs(server);
    const before = memoryKb(server.pid(), 'VmRSS');
    const began = performance.now();
    await clients.ask(sockets);
    const totalMs = Math.round(performance.now() - began);
    const after = memoryKb(server.pid(), 'VmRSS');
    const delayMs = await maxDelayMs(server);
    const open = await metric(server, 'causeflow_relay_connections{kind="agent"}');
    return {
      sockets: open - FIRST_SOCKETS,
      kbPerSocket: (after - before) / sockets,
      totalMs,
      peakMb: peakMb(server),
      maxDelayMs: delayMs,
    };
  } finally {
    clients.stop();
    await server.stop();
  }
};

const HerdResult = z.object({
  missing: z.number(),
  doubled: z.number(),
  reordered: z.number(),
  cutOff: z.number(),
});

export type Herd = z.infer<typeof HerdResult> & { totalMs: number; peakMb: number; maxDelayMs: number };

/** A server that was killed and has started again, and all of its readers who come back at once for what they missed. */
export const runHerd = async (clients: number, events: number): Promise<Herd> => {
  const server = await startCrowdServer(clients);
  try {
    const incidentId = await apiOf(server.address, await admin()).openIncident();
    const agent = await connect(`${server.address}/v1/connect`, withKey(AGENT_KEY));
    await publishMany(agent, incidentId, events, PADDING);
    await server.restart();
    await maxDelayMs(server);
    const herd = startClients([server.address, incidentId, String(events)]);
    try {
      const began = performance.now();
      const result = HerdResult.parse(await herd.ask(clients));
      const totalMs = Math.round(performance.now() - began);
      return { ...result, totalMs, maxDelayMs: await maxDelayMs(server), peakMb: peakMb(server) };
    } finally {
      herd.stop();
    }
  } finally {
    await server.stop();
  }
};
