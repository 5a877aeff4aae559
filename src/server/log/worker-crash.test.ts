import { expect, onTestFinished, test, vi } from 'vitest';
import { openEmbeddedLog } from './embedded-log.ts';
import { LogUnavailable } from './event-log.ts';
import { appendIds, idsOf, STREAM } from './testing/events.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

/**
 * Runs in every worker before its own code: ends the thread at once on 'crash', and on 'crash before answer' at its
 * next answer, when a batch is committed and nobody has been told.
 */
const SABOTAGE = `
  import { parentPort } from 'node:worker_threads';
  const post = parentPort.postMessage.bind(parentPort);
  let armed = false;
  parentPort.postMessage = (message) => (armed ? process.exit(1) : post(message));
  parentPort.addEventListener('message', (event) => {
    if (event.data === 'crash') process.exit(1);
    if (event.data !== 'crash before answer') return;
    armed = true;
    event.stopImmediatePropagation();
  });
`;

type Sabotaged = { postMessage(message: 'crash' | 'crash before answer'): void };

const started = vi.hoisted((): Sabotaged[] => []);

vi.mock('node:worker_threads', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:worker_threads')>();
  class Worker extends original.Worker {
    constructor(...[url, options]: ConstructorParameters<typeof original.Worker>) {
      const execArgv = ['--import', `data:text/javascript,${encodeURIComponent(SABOTAGE)}`];
      super(url, { ...options, execArgv });
      started.push(this);
    }
  }
  return { ...original, Worker };
});

const open = async () => {
  started.length = 0;
  const opened = await openEmbeddedLog({ dataDir: await temporaryDirectory() });
  onTestFinished(opened.close);
  const told: string[] = [];
  opened.log.tail((events) => void told.push(...idsOf(events)));
  const [writer, reader] = started;
  if (!writer || !reader) throw new Error('The log has no two workers.');
  return { ...opened, told, writer, reader };
};

test('an append whose answer is lost rejects, but its event is told once and its retry is a duplicate', async () => {
  const { log, told, writer } = await open();
  await appendIds(log, ['a']);
  writer.postMessage('crash before answer');
  const lost = await Promise.allSettled([appendIds(log, ['b', 'b+']), appendIds(log, ['c'])]);
  expect(lost.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(lost[0]).toMatchObject({ reason: expect.any(LogUnavailable) });
  expect(log.health()).toBe('unavailable');
  await vi.waitFor(() => expect(told).toEqual(['a', 'b', 'b+', 'c']), { timeout: 10_000 });
  expect(await appendIds(log, ['c', 'd'])).toEqual([4, 5]);
  expect(told).toEqual(['a', 'b', 'b+', 'c', 'd']);
  expect(log.health()).toBe('healthy');
});

test('appends that a crashing writer has not begun reject and leave nothing', async () => {
  const { log, told, writer } = await open();
  writer.postMessage('crash');
  await expect(appendIds(log, ['a'])).rejects.toBeInstanceOf(LogUnavailable);
  await vi.waitFor(() => appendIds(log, ['b']), { timeout: 10_000 });
  expect(told).toEqual(['b']);
  expect(await log.count(STREAM)).toBe(1);
});

test('a writer that crashes while nobody calls is healthy again by itself', async () => {
  const { log, writer } = await open();
  writer.postMessage('crash');
  await vi.waitFor(() => expect(log.health()).toBe('unavailable'), { timeout: 10_000 });
  await vi.waitFor(() => expect(log.health()).toBe('healthy'), { timeout: 10_000 });
}, 30_000);

test('when the reader crashes, reads reject and soon succeed again, and appends do not notice', async () => {
  const { log, reader } = await open();
  await appendIds(log, ['a']);
  reader.postMessage('crash');
  await expect(log.head(STREAM)).rejects.toBeInstanceOf(LogUnavailable);
  expect(await appendIds(log, ['b'])).toEqual([2]);
  expect(log.health()).toBe('healthy');
  await vi.waitFor(async () => expect(await log.count(STREAM)).toBe(2), { timeout: 10_000 });
});

test('a log whose writer has just crashed can be closed', async () => {
  const { log, close, writer } = await open();
  writer.postMessage('crash');
  const call = appendIds(log, ['a']);
  const [outcome] = await Promise.allSettled([call, close()]);
  expect(outcome.status).toBe('rejected');
});

test('however often the workers crash, listeners are told exactly what the log holds', async () => {
  const { log, told } = await open();
  const acknowledged: string[] = [];
  for (let round = 0; round < 12; round += 1) {
    const calls = Array.from({ length: 20 }, async (_, index) => {
      // Spread over several groups, so that the crash meets the log in all its states.
      for (let turn = 0; turn < index; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const ids = [`r${round}.${index}`, `r${round}.${index}+`];
      await appendIds(log, ids);
      acknowledged.push(...ids);
    });
    for (const worker of started.splice(0)) worker.postMessage(round % 2 === 0 ? 'crash' : 'crash before answer');
    for (const outcome of await Promise.allSettled(calls)) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(LogUnavailable);
    }
    await vi.waitFor(() => appendIds(log, [`after ${round}`]), { timeout: 10_000 });
    await vi.waitFor(() => log.count(STREAM), { timeout: 10_000 });
  }
  const stored = idsOf(await log.scan({ afterPosition: 0, limit: 10_000 }));
  expect(told).toEqual(stored);
  expect(new Set(stored).size).toBe(stored.length);
  expect(acknowledged.filter((id) => !stored.includes(id))).toEqual([]);
}, 60_000);
