import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * Loaded into every thread of a server before its own code: as long as the file that DIE_FILE names is there, the process
 * is killed when the answer to a request with an Idempotency-Key is about to be stored, so that what the request did is in
 * the log and its answer nowhere.
 */
const file = process.env.DIE_FILE ?? '';
const isWriter = typeof workerData === 'object' && workerData !== null && workerData.role === 'writer';

const isAnswer = (request: unknown): boolean => {
  if (!Array.isArray(request) || request[0] !== 'put' || request[1] !== 'idempotency') return false;
  const { status } = JSON.parse(String(request[3]));
  return status !== null;
};

if (isWriter && parentPort !== null) {
  const port = parentPort;
  const on = port.on.bind(port);
  Reflect.set(port, 'on', (name: string, listener: (message: unknown) => void) =>
    on(name, (message: unknown) => {
      if (Array.isArray(message) && message.some(isAnswer) && existsSync(file)) process.kill(process.pid, 'SIGKILL');
      listener(message);
    }),
  );
}
