/** The clients of a crowd in a process of their own, so that the server's figures are the server's alone. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { signed } from '../../server/testing/people.ts';
import { range } from '../../server/testing/shared.ts';
import { addFaults, createCheck, noFaults } from './check.ts';
import { type CountingClient, openCountingClient } from './counting-client.ts';
import { CrowdOrder, type CrowdSetup, type CrowdTold } from './crowd.ts';
import { createDialects } from './dialects.ts';

const AGAIN_AFTER_MS = 200;

const setup: CrowdSetup = JSON.parse(process.argv[2] ?? '{}');
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

type Member = { open(): void; cut(): void; ready: Promise<void>; complete: Promise<void>; faults: typeof noFaults };

let cutOff = 0;
let refused = '';
let firstAt = 0;

const deferred = (): { promise: Promise<void>; resolve: () => void } => {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
};

const createMember = async (index: number): Promise<Member> => {
  const check = createCheck(setup.events);
  const dialectOf = createDialects(setup.dialect);
  const token = await signed({ sub: `usr_${index}`, email: `viewer-${index}@a.example`, roles: ['member'] });
  let client: CountingClient | undefined;
  let isWanted = false;
  let ready = deferred();
  const complete = deferred();
  const open = (): void => {
    isWanted = true;
    client = openCountingClient({
      port: setup.port,
      dialect: dialectOf({ token, incidentId: setup.incidentId, afterSeq: setup.replay ? check.last() : null }),
      check,
      onReady: ready.resolve,
      onComplete: complete.resolve,
      onEnd(why) {
        if (!isWanted) return;
        cutOff += 1;
        refused = why;
        setTimeout(open, AGAIN_AFTER_MS);
      },
    });
  };
  return {
    open,
    cut() {
      isWanted = false;
      ready = deferred();
      client?.socket.destroy();
    },
    get ready() {
      return ready.promise;
    },
    complete: complete.promise,
    get faults() {
      return check.faults();
    },
  };
};

const members: Member[] = [];

const openSome = async (count: number, atOnce: number): Promise<void> => {
  const added = await Promise.all(range(count, members.length).map(createMember));
  members.push(...added);
  firstAt = performance.now();
  for (let from = 0; from < added.length; from += atOnce) {
    const some = added.slice(from, from + atOnce);
    for (const member of some) member.open();
    await Promise.all(some.map(({ ready }) => ready));
  }
};

const work = async (order: CrowdOrder): Promise<void> => {
  switch (order.do) {
    case 'open':
      return openSome(order.count, order.atOnce);
    case 'cut':
      for (const member of members) member.cut();
      return;
    case 'reopen':
      firstAt = performance.now();
      for (const member of members) member.open();
      return;
    case 'complete':
      await Promise.all(members.map(({ complete }) => complete));
  }
};

const tell = (message: CrowdTold): void => void process.send?.(message);

process.on('disconnect', () => process.exit());
process.on('message', (message) => {
  const before = process.cpuUsage();
  delay.reset();
  work(CrowdOrder.parse(message)).then(
    () => {
      const { user, system } = process.cpuUsage(before);
      const faults = members.map((member) => member.faults).reduce(addFaults, noFaults);
      const cpuMs = (user + system) / 1_000;
      const sinceMs = performance.now() - firstAt;
      tell({ ...faults, cutOff, refused, cpuMs, sinceMs, maxDelayMs: delay.max / 1_000_000 });
    },
    (error: unknown) => tell({ error: String(error) }),
  );
});
