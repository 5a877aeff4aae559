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
  choices: z.array(z.object({ id: z.string(), title: z.string() })),
  chosen: z.string().nullable(),
  pace: z.number(),
});

export type LabStatus = Omit<z.infer<typeof Status>, 'type' | 'state'> & {
  state: z.infer<typeof Status>['state'] | 'stopped';
};

export type LabAnswer = { started: boolean; message: string };

export type Lab = {
  status(): LabStatus;
  /** Starts the chosen fault, or any; says whether it could. */
  startFault(fault: string | undefined): LabAnswer;
  /** Puts the shop back as on its first day. */
  reset(): LabAnswer;
  /** Factor of the pauses in which people read along. */
  setPace(pace: number): LabAnswer;
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
  /** What the lab begins with; nothing where somebody still has an incident to look at. */
  firstFault: string;
  logger: Logger;
}): Lab => {
  let status: LabStatus = {
    state: 'starting',
    startedAt: null,
    message: 'The lab is starting.',
    choices: [],
    chosen: null,
    pace: 1,
  };
  const child = fork(compiledUrl(import.meta.url, '../lab/main.ts'), [], {
    execArgv: [],
    env: {
      LAB_AUTO_FAULT: options.firstFault,
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
      status = { ...status, state: 'stopped', startedAt: null, message: `The lab has stopped (${code ?? 'killed'}).` };
      resolve();
    });
  });

  const isReady = (): boolean => status.state === 'idle' || status.state === 'recovered' || status.state === 'active';

  return {
    status: () => status,
    startFault(fault) {
      if (!isReady()) return { started: false, message: status.message };
      child.send({ type: 'start-fault', ...(fault === undefined ? {} : { fault }) });
      return { started: true, message: 'The fault is on its way: the alert follows when the service feels it.' };
    },
    reset() {
      if (!isReady()) return { started: false, message: status.message };
      child.send({ type: 'reset' });
      return { started: true, message: 'The service is put back as it was.' };
    },
    setPace(pace) {
      if (!child.connected) return { started: false, message: status.message };
      child.send({ type: 'pace', pace });
      return { started: true, message: 'The agents keep this pace from their next incident on.' };
    },
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await exited;
      clearTimeout(timer);
    },
  };
};
