import type { Server } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What the bench asks a peer's process. */
export type PeerOrder = { do: 'delay' } | { do: 'fill'; events: number; padding: string };
export type PeerTold = { port: number } | { maxDelayMs: number } | { filled: number };

/** Listens where the system likes, and answers the bench; `publish` hands a message out as its own process would. */
export const serveBench = (server: Server, publish: (message: string) => void): void => {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const tell = (message: PeerTold): void => void process.send?.(message);
  process.on('disconnect', () => process.exit());
  process.on('message', (order: PeerOrder) => {
    if (order.do === 'delay') {
      tell({ maxDelayMs: delay.max / 1_000_000 });
      return delay.reset();
    }
    for (let number = 1; number <= order.events; number += 1) publish(`m${number}${order.padding}`);
    tell({ filled: order.events });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    tell({ port: typeof address === 'object' && address !== null ? address.port : 0 });
  });
};
