import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * Loaded into every thread of a server before its own code: the writer of the log then stands still, as in a sync that
 * does not return, as long as the file that HANG_FILE names is there.
 */
const file = process.env.HANG_FILE ?? '';
const isWriter = typeof workerData === 'object' && workerData !== null && workerData.role === 'writer';

if (isWriter && parentPort !== null) {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const port = parentPort;
  const on = port.on.bind(port);
  Reflect.set(port, 'on', (name: string, listener: (message: unknown) => void) =>
    on(name, (message: unknown) => {
      while (existsSync(file)) Atomics.wait(cell, 0, 0, 20);
      listener(message);
    }),
  );
}
