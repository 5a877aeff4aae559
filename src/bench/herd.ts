import { type Bench, type Figure, failed } from './harness/bench.ts';
import { type Crowd, type CrowdReport, startCrowd } from './harness/crowd.ts';
import { checkOpenFiles, cpuMs, memoryKb } from './harness/proc.ts';
import { startProduct } from './harness/product.ts';
import type { Side } from './harness/side.ts';
import { startSocketIo } from './peers/peer.ts';

const PADDING = 'x'.repeat(400);
const AT_ONCE = 100;

export type Herd = CrowdReport & { totalMs: number; peakMb: number; serverCpuMs: number; serverDelayMs: number };

/** All of them at once from here on: until each has everything. */
const timed = async (side: Side, work: () => Promise<CrowdReport>): Promise<Herd> => {
  await side.maxDelayMs();
  const before = cpuMs(side.pid());
  const report = await work();
  return {
    ...report,
    totalMs: Math.round(report.sinceMs),
    serverDelayMs: Math.round(await side.maxDelayMs()),
    serverCpuMs: cpuMs(side.pid()) - before,
    peakMb: Math.round(memoryKb(side.pid(), 'VmHWM') / 1_024),
  };
};

/** A server that was killed and has started again, and all of its readers who come back at once for what they missed. */
export const herdOfProduct = async (clients: number, events: number): Promise<Herd> => {
  checkOpenFiles(clients);
  const product = await startProduct(clients);
  let crowd: Crowd | undefined;
  try {
    const herd = startCrowd({ ...product.crowd, port: product.port(), events, replay: true });
    crowd = herd;
    await herd.tell({ do: 'open', count: clients, atOnce: AT_ONCE });
    await herd.tell({ do: 'cut' });
    await product.fill(events, PADDING);
    await product.server.restart();
    return await timed(product, async () => {
      await herd.tell({ do: 'reopen' });
      return herd.tell({ do: 'complete' });
    });
  } finally {
    crowd?.stop();
    await product.stop();
  }
};

/** Its memory does not outlive a restart, so its connections are cut instead. */
const herdOfSocketIo = async (clients: number, events: number): Promise<Herd> => {
  const peer = await startSocketIo(true);
  const herd = startCrowd({ ...peer.crowd, port: peer.port(), events: events + 1, replay: true });
  try {
    await herd.tell({ do: 'open', count: clients, atOnce: AT_ONCE });
    // Only who has got an event knows from where to recover.
    await peer.fill(1, '');
    await herd.tell({ do: 'cut' });
    await peer.fill(events, PADDING);
    return await timed(peer, async () => {
      await herd.tell({ do: 'reopen' });
      return herd.tell({ do: 'complete' });
    });
  } finally {
    herd.stop();
    await peer.stop();
  }
};

const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(1);

const figureOf = async (side: string, run: Promise<Herd>): Promise<Figure> => {
  try {
    const { totalMs, serverCpuMs, serverDelayMs, peakMb, cpuMs, missing, doubled, reordered, cutOff } = await run;
    if (missing + doubled + reordered > 0) throw new Error(`${missing} missing, ${doubled} doubled, ${reordered} late`);
    const server = `server ${seconds(serverCpuMs)} s CPU, event loop ≤ ${serverDelayMs} ms, peak ${peakMb} MB`;
    return {
      side,
      value: totalMs / 1_000,
      note: `${server}; clients ${seconds(cpuMs)} s CPU, cut off ${cutOff} times`,
    };
  } catch (error) {
    return failed(side, error);
  }
};

export const herd: Bench = {
  what:
    'everybody comes back at once and gets what they missed; ours after kill -9 and a restart, Socket.IO after cut ' +
    'connections, for what it recovers from is in its memory.',
  packages: ['ws', 'socket.io'],
  run: async (size) => {
    const [clients, events] = size === 'full' ? [2_000, 1_000] : [20, 20];
    return [
      {
        name: `${clients} viewers × ${events} events`,
        unit: 's',
        better: 'less',
        goal: '≤ 5 s, event loop ≤ 200 ms',
        figures: [
          await figureOf('CauseFlow Live', herdOfProduct(clients, events)),
          await figureOf('Socket.IO', herdOfSocketIo(clients, events)),
        ],
      },
    ];
  },
};
