import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { appendIds, idsOf, STREAM } from '../testing/events.ts';
import { NATS_SERVER, type NatsServer, startNats } from '../testing/nats-server.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { openJetStream } from './jetstream-log.ts';

/**
 * Runs in every worker before its own code: after 'crash' the thread ends where it would give its next answer, when what
 * it was asked for is committed and nobody has been told; after 'hold' its answers stay with it until 'release'.
 */
const SABOTAGE = `
  import { parentPort } from 'node:worker_threads';
  const post = parentPort.postMessage.bind(parentPort);
  let order = 'release';
  let held = [];
  parentPort.postMessage = (message) => {
    if (order === 'crash') process.exit(1);
    if (order === 'hold') held.push(message);
    else post(message);
  };
  parentPort.addEventListener('message', (event) => {
    if (!['crash', 'hold', 'release'].includes(event.data)) return;
    event.stopImmediatePropagation();
    order = event.data;
    if (order === 'release') for (const message of held.splice(0)) post(message);
  });
`;

type Sabotaged = { postMessage(order: 'crash' | 'hold' | 'release'): void };

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

/** How long a writer may take to be given up, or to be there again. */
const WITHIN = { timeout: 20_000 };

describe.skipIf(NATS_SERVER === undefined)(
  'A node that hears nothing more from its writer of the newest message',
  () => {
    let broker: NatsServer;
    let count = 0;

    beforeAll(async () => {
      broker = await startNats();
    });
    afterAll(() => broker.stop());

    /** Two nodes on one log. What is appended on the other one is brought to this one, and nothing else is. */
    const open = async () => {
      count += 1;
      started.length = 0;
      const namespace = `a${count}`;
      let troubles = 0;
      const node = async () => {
        const system = await openJetStream({
          nats: { urls: [new URL(broker.url)] },
          namespace,
          replicas: 1,
          maxBytes: -1,
          copyEvery: 0,
          dataDir: await temporaryDirectory(),
          onTrouble: () => (troubles += 1),
        });
        onTestFinished(system.close);
        return system.log;
      };
      const log = await node();
      const [writer] = started;
      if (!writer) throw new Error('The node has no writer.');
      const told: string[] = [];
      log.tail((events) => void told.push(...idsOf(events)));
      return { log, other: await node(), writer, told, troubles: () => troubles };
    };

    test('knows that it is applied, once that is so and told, when the answer comes after it was given up', async () => {
      const { log, other, writer, told, troubles } = await open();
      writer.postMessage('hold');
      await appendIds(other, ['a']);
      // As long as nobody here has heard that it is stored, it is tried again and again.
      await expect.poll(troubles, WITHIN).toBeGreaterThan(2);
      expect(await log.count(STREAM)).toBe(1);
      expect([told, log.health()]).toEqual([[], 'unavailable']);
      writer.postMessage('release');
      await vi.waitFor(() => log.caughtUp(), WITHIN);
      expect(told).toEqual(['a']);
      await expect.poll(() => log.health(), WITHIN).toBe('healthy');
      await appendIds(other, ['b']);
      await log.caughtUp();
      expect(told).toEqual(['a', 'b']);
    }, 60_000);

    test('knows that it is applied, and has told it, when the writer dies between its commit and its answer', async () => {
      const { log, other, writer, told, troubles } = await open();
      writer.postMessage('crash');
      await appendIds(other, ['a']);
      await expect.poll(troubles, WITHIN).toBeGreaterThan(0);
      await vi.waitFor(() => log.caughtUp(), WITHIN);
      expect(told).toEqual(['a']);
      await expect.poll(() => log.health(), WITHIN).toBe('healthy');
      await appendIds(log, ['b']);
      expect(told).toEqual(['a', 'b']);
    }, 60_000);
  },
);
