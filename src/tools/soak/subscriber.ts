import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { compiledUrl } from '../../server/compiled.ts';
import type { Received } from './tally.ts';

export type Subscriber = {
  /** Everything that it received, in the order in which it did. */
  received: readonly Received[];
  freeze(): void;
  thaw(): void;
  close(): void;
};

const isReceived = (value: unknown): value is Received[] => Array.isArray(value);

/** What still runs when this process ends goes with it, also where it is frozen. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a resuming subscriber in a process of its own; resolves once it is subscribed. */
export const startSubscriber = async (options: {
  url: string;
  apiKey: string;
  incidentId: string;
  onArrival: () => void;
}): Promise<Subscriber> => {
  const { url, apiKey, incidentId } = options;
  const received: Received[] = [];
  const child = fork(compiledUrl(import.meta.url, './subscriber-process.ts'), [url, apiKey, incidentId], {
    execArgv: [],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.on('message', (message) => {
    if (!isReceived(message)) return;
    received.push(...message);
    options.onArrival();
  });
  await once(child, 'message');
  return {
    received,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    close: () => void child.kill('SIGKILL'),
  };
};
