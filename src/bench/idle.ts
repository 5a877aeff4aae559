import { type Bench, type Figure, failed } from './harness/bench.ts';
import { startCrowd } from './harness/crowd.ts';
import { checkOpenFiles, memoryKb } from './harness/proc.ts';
import { startProduct } from './harness/product.ts';
import type { Side } from './harness/side.ts';
import { startPlainWs, startSocketIo } from './peers/peer.ts';

/** What the first connections load once is nobody's. */
const FIRST_SOCKETS = 50;
/** How many connections are being opened at a time. */
const AT_ONCE = 100;

export type Idle = { kbPerSocket: number; totalMs: number; peakMb: number; maxDelayMs: number };

/** Opens so many subscribed connections to which nothing is sent, and measures what each costs the server. */
export const idleOf = async (start: () => Promise<Side>, sockets: number): Promise<Idle> => {
  checkOpenFiles(FIRST_SOCKETS + sockets);
  const side = await start();
  const crowd = startCrowd({ ...side.crowd, port: side.port(), events: 1, replay: false });
  try {
    await crowd.tell({ do: 'open', count: FIRST_SOCKETS, atOnce: AT_ONCE });
    await side.maxDelayMs();
    const before = memoryKb(side.pid(), 'VmRSS');
    const opened = await crowd.tell({ do: 'open', count: sockets, atOnce: AT_ONCE });
    if (opened.cutOff > 0) throw new Error(`Connections were refused: ${opened.refused}`);
    const after = memoryKb(side.pid(), 'VmRSS');
    return {
      kbPerSocket: (after - before) / sockets,
      totalMs: Math.round(opened.sinceMs),
      peakMb: Math.round(memoryKb(side.pid(), 'VmHWM') / 1_024),
      maxDelayMs: Math.round(await side.maxDelayMs()),
    };
  } finally {
    crowd.stop();
    await side.stop();
  }
};

const figureOf = async (start: () => Promise<Side>, name: string, sockets: number): Promise<Figure> => {
  try {
    const { kbPerSocket, totalMs, peakMb, maxDelayMs } = await idleOf(start, sockets);
    const note = `opened in ${(totalMs / 1_000).toFixed(1)} s, peak ${peakMb} MB, event loop ≤ ${maxDelayMs} ms`;
    return { side: name, value: kbPerSocket, note };
  } catch (error) {
    return failed(name, error);
  }
};

export const idle: Bench = {
  what: 'connections that are subscribed and hear nothing; the growth of the server’s resident memory for each.',
  packages: ['ws', 'socket.io'],
  run: async (size) => {
    const sockets = size === 'full' ? 10_000 : 100;
    const figures = [
      await figureOf(() => startProduct(sockets), 'CauseFlow Live', sockets),
      await figureOf(startPlainWs, 'plain ws', sockets),
      await figureOf(startSocketIo, 'Socket.IO', sockets),
    ];
    return [
      {
        name: `${sockets} sockets`,
        unit: 'kB a socket',
        better: 'less',
        goal: '≤ 20 kB, ≤ plain ws + 20 %',
        figures,
      },
    ];
  },
};
