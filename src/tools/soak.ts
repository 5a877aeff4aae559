import { parseArgs } from 'node:util';
import { startProduct } from '../bench/harness/product.ts';
import { herdOfProduct } from '../bench/herd.ts';
import { idleOf } from '../bench/idle.ts';
import { CLUSTER_FAULTS, startCluster } from './soak/cluster.ts';
import { runRounds } from './soak/rounds.ts';
import { STRACE } from './soak/slow-disk.ts';

/**
 * `npm run soak -- [--rounds 10] [--events 400] [--seed 1]`: faults at random moments.
 * `npm run soak -- idle [--sockets 10000]`: connections that say nothing, and what each costs.
 * `npm run soak -- cluster [--rounds 3] [--events 1500]`: three brokers and three nodes, each fault so many times.
 * `npm run soak -- herd [--clients 2000] [--events 1000]`: everybody comes back at once after a kill.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '10' },
    events: { type: 'string' },
    seed: { type: 'string', default: String(Date.now()) },
    sockets: { type: 'string', default: '10000' },
    clients: { type: 'string', default: '2000' },
  },
});

const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;

const idle = async (sockets: number): Promise<boolean> => {
  const ran = await idleOf(() => startProduct(sockets), sockets);
  console.log(
    `idle: ${sockets} sockets, ${ran.kbPerSocket.toFixed(1)} kB/socket, opened in ${seconds(ran.totalMs)}, ` +
      `peak RSS ${ran.peakMb} MB, longest event-loop delay ${ran.maxDelayMs} ms`,
  );
  return true;
};

const herd = async (clients: number, events: number): Promise<boolean> => {
  const { missing, doubled, reordered, ...ran } = await herdOfProduct(clients, events);
  console.log(
    `herd: ${clients} clients × ${events} events in ${seconds(ran.totalMs)}, missing ${missing}, doubled ${doubled}, ` +
      `reordered ${reordered}, cut off ${ran.cutOff} times; server: ${seconds(ran.serverCpuMs)} CPU, ` +
      `longest event-loop delay ${ran.serverDelayMs} ms, peak RSS ${ran.peakMb} MB; clients: ${seconds(ran.cpuMs)} CPU`,
  );
  return missing + doubled + reordered === 0;
};

const cluster = async (rounds: number, events: number): Promise<boolean> => {
  const running = await startCluster();
  let isWhole = true;
  try {
    for (const fault of CLUSTER_FAULTS) {
      if (fault === 'slow-disk' && STRACE === undefined) {
        console.log(`${fault}: left out, strace is not installed`);
        continue;
      }
      for (let round = 1; round <= rounds; round += 1) {
        const { acknowledged, lost, doubled, reordered, ...ran } = await running.run(fault, events);
        isWhole &&= lost + doubled + reordered === 0;
        console.log(
          `${fault} ${round}: acknowledged ${acknowledged}, lost ${lost}, doubled ${doubled}, reordered ${reordered}; ` +
            `without service: publishing ${seconds(ran.publishGapMs)}, a viewer ${seconds(ran.viewerGapMs)}`,
        );
      }
    }
  } finally {
    await running.stop();
  }
  return isWhole;
};

const run = (kind: string | undefined): Promise<boolean> => {
  switch (kind) {
    case undefined:
      return runRounds({
        rounds: Number(values.rounds),
        events: Number(values.events ?? 400),
        seed: Number(values.seed),
      });
    case 'idle':
      return idle(Number(values.sockets));
    case 'cluster':
      return cluster(Number(values.rounds), Number(values.events ?? 1_500));
    case 'herd':
      return herd(Number(values.clients), Number(values.events ?? 1_000));
    default:
      throw new Error(`There is no soak "${kind}", only idle, herd and cluster.`);
  }
};

process.exit((await run(positionals[0])) ? 0 : 1);
