import { expect, onTestFinished, test } from 'vitest';
import { LogUnavailable } from './event-log.ts';
import type { WriteReply, WriteRequest } from './wire.ts';
import { WorkerChannel } from './worker-channel.ts';

/** A worker whose storage has no room for its first batch. */
const FULL_AT_FIRST = `
  import { parentPort } from 'node:worker_threads';
  let isFull = true;
  parentPort.on('message', (requests) => {
    if (requests === 'close') return parentPort.close();
    parentPort.postMessage(isFull ? { unavailable: 'full' } : { replies: requests.map(() => ['done']) });
    isFull = false;
  });
  parentPort.postMessage({ ready: { epoch: '', position: 0, applied: { seq: 0, mark: '' }, missed: [] } });
`;

test('what waits behind a batch that could not be stored is not stored before that is sent again', async () => {
  const channel = new WorkerChannel<WriteRequest, WriteReply>({
    url: new URL(`data:text/javascript,${encodeURIComponent(FULL_AT_FIRST)}`),
    setup: () => ({ role: 'writer', path: '', tailedTo: null, known: new Map(), isReplica: false }),
    maxBatch: 2,
    maxWeight: Number.POSITIVE_INFINITY,
    weigh: () => 0,
  });
  onTestFinished(() => channel.close());
  await channel.open();
  const write = () => channel.call(['sweep', 0]);
  const outcomes = await Promise.allSettled([write(), write(), write()]);
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(LogUnavailable) });
  }
  expect(channel.available).toBe(false);
  expect(await write()).toEqual(['done']);
  expect(channel.available).toBe(true);
});
