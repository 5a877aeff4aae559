import { fork } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import { compiledUrl } from '../../server/compiled.ts';
import type { DialectName } from './dialects.ts';

export type CrowdSetup = {
  port: number;
  dialect: DialectName;
  /** What its members subscribe to; '' where the server knows only one thing. */
  incidentId: string;
  /** Each member is complete with the events 1 to this. */
  events: number;
  /** They ask for what they missed, as against what comes from now on. */
  replay: boolean;
};

/**
 * `open` lets so many more in, `atOnce` at a time, and is done when all are subscribed; `cut` ends their connections,
 * `reopen` opens all of them at once, and `complete` is done when each has every event.
 */
export const CrowdOrder = z.discriminatedUnion('do', [
  z.object({ do: z.literal('open'), count: z.number(), atOnce: z.number() }),
  z.object({ do: z.literal('cut') }),
  z.object({ do: z.literal('reopen') }),
  z.object({ do: z.literal('complete') }),
]);
export type CrowdOrder = z.infer<typeof CrowdOrder>;

const CrowdReport = z.object({
  missing: z.number(),
  doubled: z.number(),
  reordered: z.number(),
  /** Connections that ended or were refused against their will, and the last reason. */
  cutOff: z.number(),
  refused: z.string(),
  /** Of this process while it carried the order out. */
  cpuMs: z.number(),
  maxDelayMs: z.number(),
  /** Since the first connection of the last `open` or `reopen`. */
  sinceMs: z.number(),
});
export type CrowdReport = z.infer<typeof CrowdReport>;
export type CrowdTold = CrowdReport | { error: string };

const Told = z.union([CrowdReport, z.object({ error: z.string() })]);

export type Crowd = { tell(order: CrowdOrder): Promise<CrowdReport>; stop(): void };

/** A process of counting clients; it does one thing after the other. */
export const startCrowd = (setup: CrowdSetup): Crowd => {
  const child = fork(compiledUrl(import.meta.url, './crowd-process.ts'), [JSON.stringify(setup)], { execArgv: [] });
  const died = once(child, 'exit').then(() => {
    throw new Error('The process of the clients has ended.');
  });
  died.catch(() => undefined);
  return {
    async tell(order) {
      const answer = once(child, 'message');
      child.send(order);
      const told = Told.parse((await Promise.race([answer, died]))[0]);
      if ('error' in told) throw new Error(told.error);
      return told;
    },
    stop: () => void child.kill('SIGKILL'),
  };
};
