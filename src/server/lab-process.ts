import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { compiledUrl } from './compiled.ts';

/** What the lab tells over its channel. */
const Status = z.object({
  type: z.literal('status'),
  state: z.enum(['starting', 'idle', 'injecting', 'active', 'recovered']),
  startedAt: z.string().nullable(),
  message: z.string(),
});

export type LabStatus = Omit<z.infer<typeof Status>, 'type' | 'state'> & {
  state: z.infer<typeof Status>['state'] | 'stopped';
};

export type Lab = {
  status(): LabStatus;
  /** Starts a fault in the lab's service; says whether it could. */
  startFault(): { started: boolean; message: string };
  stop(): Promise<void>;
};

/** A lab that will not leave by itself is ended after this long. */
const STOP_WITHIN_MS = 5_000;

/** Runs the live lab beside the server: a process of its own, which reaches us like any agent does. */
export const startLab = (options: {
  relayUrl: string;
  apiKey: string;
  dataDir: string;
  environment: Record<string, string | undefined>;
  logger: Logger;
}): Lab => {
  let status: LabStatus = { state: 'starting', startedAt: null, message: 'The lab is starting.' };
  const child = fork(compiledUrl(import.meta.url, '../lab/main.ts'), [], {
    execArgv: [],
    env: {
      LAB_AUTO_FAULT: '1',
      ...options.environment,
      LAB_RELAY_URL: options.relayUrl,
      LAB_API_KEY: options.apiKey,
      LAB_DIR: join(options.dataDir, 'lab'),
    },
  });
  child.on('message', (message) => {
    const parsed = Status.safeParse(message);
    if (!parsed.success) return;
    const { type: _, ...told } = parsed.data;
    status = told;
    options.logger.debug(told, 'lab');
  });
  child.on('error', (error) => options.logger.error({ err: error }, 'the lab could not be reached'));
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      status = { state: 'stopped', startedAt: null, message: `The lab has stopped (${code ?? 'killed'}).` };
      resolve();
    });
  });

  return {
    status: () => status,
    startFault() {
      if (status.state !== 'idle' && status.state !== 'recovered' && status.state !== 'active') {
        return { started: false, message: status.message };
      }
      child.send({ type: 'start-fault' });
      return { started: true, message: 'The fault is on its way: the alert follows when the service feels it.' };
    },
    async stop() {
      if (child.connected) child.send({ type: 'stop' });
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await exited;
      clearTimeout(timer);
    },
  };
};
