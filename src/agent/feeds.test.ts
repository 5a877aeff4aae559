import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionEnded, RelayRefused } from './errors.ts';
import type { AgentEvent } from './feed.ts';
import { createFeeds, type SubscribeOptions, type Subscription } from './feeds.ts';
import { readRpcError } from './rpc-error.ts';
import type { Answer, Session } from './session.ts';

const incidentId = 'inc_1';
const SUBSCRIBE = 'investigation.subscribe';
const UNSUBSCRIBE = 'investigation.unsubscribe';
const BUSY = { code: -32004, message: 'too often', data: { retryAfterMs: 5 } };
const NOT_FOUND = { code: -32002, message: 'no such subscription' };
const INVALID = { code: -32602, message: 'Invalid params' };

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const failure = (error: object): Answer => ({ kind: 'error', error: readRpcError(error) });

type Asked = { method: string; params: Record<string, unknown>; answer: (answer: Answer) => void };

/** The feeds of a connection whose other side is in the test's hands: every answer and every event is given by it. */
const openWire = () => {
  const feeds = createFeeds();
  let asked: Asked[] = [];
  let session: Session | undefined;

  const connect = (): void => {
    session = {
      send: (messages) => {
        for (const { method, paramsText, onAnswer } of messages) {
          asked.push({ method, params: JSON.parse(paramsText), answer: onAnswer ?? (() => undefined) });
        }
      },
      call: () => new Promise(() => undefined),
      close() {},
    };
    feeds.attach(session);
  };
  connect();

  return {
    feeds,
    /** What is asked and not answered. */
    asked: () => asked.map(({ method, params: { afterSeq } }) => ({ method, afterSeq })),
    take: (index = 0): Asked | undefined => asked.splice(index, 1)[0],
    /** Answers what was asked first. */
    refuse: (error: object) => asked.shift()?.answer(failure(error)),
    answer: (headSeq = 0) =>
      asked.shift()?.answer({ kind: 'result', result: { subscriptionId: 'sub_1', incidentId, epoch: 'one', headSeq } }),
    events: (seqs: readonly number[]) => {
      for (const seq of seqs) feeds.receive('investigation.progress', { incidentId, seq });
    },
    /** The connection breaks, and what was under way gets no answer; the next one is there. */
    reconnect: () => {
      const lost = asked;
      asked = [];
      for (const { answer } of lost) answer({ kind: 'lost' });
      feeds.detach();
      connect();
    },
  };
};

const listen = (feeds: ReturnType<typeof createFeeds>, options: SubscribeOptions = {}) => {
  const heard: number[] = [];
  const ended: Error[] = [];
  const hear = ({ params }: AgentEvent) => void heard.push(Number(params.seq));
  const subscribed = feeds.subscribe(incidentId, hear, { ...options, onEnded: (error) => void ended.push(error) });
  subscribed.catch(() => undefined);
  return { heard, ended, subscribed };
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the one subscription of an incident', () => {
  it('is ended before it is asked for anew, and until then the second reader hears nothing', async () => {
    const { feeds, asked, answer, events } = openWire();
    const first = listen(feeds);
    answer(99);
    const second = listen(feeds, { afterSeq: 0 });
    expect(asked()).toEqual([{ method: UNSUBSCRIBE }]);
    events([100]);
    answer();
    expect(asked()).toEqual([{ method: SUBSCRIBE, afterSeq: 0 }]);
    answer(100);
    events(range(1, 101));
    expect([first.heard, second.heard]).toEqual([[100, 101], range(1, 101)]);
    expect((await second.subscribed).headSeq).toBe(100);
    expect(asked()).toEqual([]);
  });

  it('is asked for once at a time, and anew for all who came meanwhile', () => {
    const { feeds, asked, answer, events } = openWire();
    const first = listen(feeds);
    const others = [listen(feeds, { afterSeq: 2 }), listen(feeds, { afterSeq: 0 }), listen(feeds)];
    expect(asked()).toEqual([{ method: SUBSCRIBE }]);
    answer(4);
    expect(asked()).toEqual([{ method: UNSUBSCRIBE }]);
    answer();
    expect(asked()).toEqual([{ method: SUBSCRIBE, afterSeq: 0 }]);
    answer(5);
    events(range(1, 6));
    expect([first, ...others].map(({ heard }) => heard)).toEqual([[5, 6], [3, 4, 5, 6], range(1, 6), [6]]);
  });

  it('is over for the last reader before the next one has it', async () => {
    const { feeds, asked, answer, events } = openWire();
    const first = listen(feeds);
    answer(3);
    await (await first.subscribed).unsubscribe();
    const second = listen(feeds, { afterSeq: 0 });
    events([4]);
    expect(asked()).toEqual([{ method: UNSUBSCRIBE }]);
    answer();
    expect(asked()).toEqual([{ method: SUBSCRIBE, afterSeq: 0 }]);
    answer(4);
    events(range(1, 5));
    expect([first.heard, second.heard]).toEqual([[], range(1, 5)]);
  });

  it('is ended where its last reader has left while it was asked for anew', async () => {
    const { feeds, asked, answer, events, reconnect } = openWire();
    const reader = listen(feeds);
    answer(3);
    const { unsubscribe } = await reader.subscribed;
    reconnect();
    await unsubscribe();
    expect(asked()).toEqual([{ method: SUBSCRIBE, afterSeq: 3 }]);
    answer(4);
    events([4]);
    expect(asked()).toEqual([{ method: UNSUBSCRIBE }]);
    answer();
    expect([asked(), reader.heard]).toEqual([[], []]);
  });

  it('is not asked for on the next connection where its last reader left without one', async () => {
    const { feeds, asked, answer, reconnect } = openWire();
    const { subscribed } = listen(feeds);
    answer(3);
    const { unsubscribe } = await subscribed;
    feeds.detach();
    await unsubscribe();
    reconnect();
    expect(asked()).toEqual([]);
  });

  it('goes on for those who have it until the relay has time to end it', () => {
    const { feeds, asked, answer, refuse, events } = openWire();
    const first = listen(feeds);
    answer(1);
    const second = listen(feeds, { afterSeq: 0 });
    refuse(BUSY);
    events([2]);
    expect(asked()).toEqual([]);
    vi.advanceTimersByTime(5);
    expect(asked()).toEqual([{ method: UNSUBSCRIBE }]);
    events([3]);
    answer();
    refuse(BUSY);
    expect(asked()).toEqual([]);
    vi.advanceTimersByTime(5);
    expect(asked()).toEqual([{ method: SUBSCRIBE, afterSeq: 0 }]);
    answer(3);
    events(range(1, 4));
    expect([first.heard, second.heard]).toEqual([range(2, 4), range(1, 4)]);
  });

  it('is made anew where the relay knows of none that could be ended', () => {
    const { feeds, asked, answer, refuse, events } = openWire();
    listen(feeds);
    answer(2);
    const second = listen(feeds, { afterSeq: 1 });
    refuse(NOT_FOUND);
    expect(asked()).toEqual([{ method: SUBSCRIBE, afterSeq: 1 }]);
    answer(2);
    events([2]);
    expect(second.heard).toEqual([2]);
  });

  it.each([0, 1, 2])('is asked for all on the next connection where one breaks after %i of the answers', (answers) => {
    const { feeds, asked, answer, events, reconnect } = openWire();
    const first = listen(feeds, { afterSeq: 4 });
    const second = listen(feeds, { afterSeq: 0 });
    for (const _ of range(1, answers)) answer(5);
    reconnect();
    expect(asked()).toEqual([{ method: SUBSCRIBE, afterSeq: 0 }]);
    answer(5);
    events(range(1, 6));
    expect([first.heard, second.heard]).toEqual([[5, 6], range(1, 6)]);
    expect(asked()).toEqual([]);
  });

  it('that is refused ends those for whom it was asked; who came later asks anew', async () => {
    const { feeds, asked, answer, refuse, events } = openWire();
    const first = listen(feeds, { afterSeq: -1 });
    const second = listen(feeds, { afterSeq: 0 });
    refuse(INVALID);
    await expect(first.subscribed).rejects.toBeInstanceOf(RelayRefused);
    expect([first.ended.length, second.ended.length]).toEqual([1, 0]);
    expect(asked()).toEqual([{ method: SUBSCRIBE, afterSeq: 0 }]);
    answer(1);
    events([1]);
    expect([first.heard, second.heard]).toEqual([[], [1]]);
  });

  it('asks for nothing any more once the connection is over', async () => {
    const { feeds, asked, refuse } = openWire();
    const reader = listen(feeds);
    refuse(BUSY);
    feeds.fail('closed');
    await expect(reader.subscribed).rejects.toBeInstanceOf(ConnectionEnded);
    expect(reader.ended).toHaveLength(1);
    vi.advanceTimersByTime(60_000);
    expect([asked(), vi.getTimerCount()]).toEqual([[], 0]);
  });
});

/** A relay as ours: it works on several requests at a time, and what it sends arrives in order and later. */
const openRelay = () => {
  const wire = openWire();
  const { feeds } = wire;
  let arriving: (() => void)[] = [];
  let isSubscribed = false;
  let head = 0;
  const send = (...seqs: number[]) => {
    for (const seq of seqs) arriving.push(() => wire.events([seq]));
  };
  return {
    feeds,
    head: () => head,
    publish: () => {
      head += 1;
      if (isSubscribed) send(head);
    },
    /** Works on one of what it was asked; false where there is nothing. */
    work: (pick: number, isBusy: boolean): boolean => {
      const request = wire.take(pick % Math.max(1, wire.asked().length));
      if (request === undefined) return false;
      const { answer, method, params } = request;
      const reply = (answered: Answer) => arriving.push(() => answer(answered));
      if (isBusy) reply(failure(BUSY));
      else if (method === UNSUBSCRIBE) {
        reply(isSubscribed ? { kind: 'result', result: { incidentId } } : failure(NOT_FOUND));
        isSubscribed = false;
      } else {
        reply({ kind: 'result', result: { subscriptionId: 'sub_1', incidentId, epoch: 'one', headSeq: head } });
        const from = typeof params.afterSeq === 'number' ? params.afterSeq : head;
        if (!isSubscribed) send(...range(from + 1, head));
        isSubscribed = true;
      }
      return true;
    },
    /** The next that it sent arrives; false where all is there. */
    arrive: (): boolean => {
      const next = arriving.shift();
      next?.();
      return next !== undefined;
    },
    reconnect: () => {
      arriving = [];
      isSubscribed = false;
      wire.reconnect();
    },
  };
};

it('each reader hears all that it asked for, once and in order, however requests, answers and events meet', async () => {
  type Step =
    | { act: 'join'; afterSeq: number | undefined }
    | { act: 'leave'; pick: number }
    | { act: 'work'; pick: number; isBusy: boolean }
    | { act: 'publish' | 'arrive' | 'reconnect' };
  const just = <Act extends Step['act']>(act: Act) => fc.constant(act);
  const afterSeq = fc.option(fc.nat(6), { nil: undefined });
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ act: just('join'), afterSeq }) },
    { weight: 2, arbitrary: fc.record({ act: just('leave'), pick: fc.nat(5) }) },
    { weight: 6, arbitrary: fc.record({ act: just('work'), pick: fc.nat(5), isBusy: fc.boolean() }) },
    { weight: 4, arbitrary: fc.record({ act: just('publish') }) },
    { weight: 8, arbitrary: fc.record({ act: just('arrive') }) },
    { weight: 1, arbitrary: fc.record({ act: just('reconnect') }) },
  );
  const run = async (steps: readonly Step[]): Promise<void> => {
    const relay = openRelay();
    type Reader = { heard: number[]; afterSeq: number | undefined; begun: Subscription | undefined };
    const readers: Reader[] = [];
    const left: Reader[] = [];
    for (const _ of range(1, 6)) relay.publish();
    for (const one of steps) {
      if (one.act === 'join') {
        const { heard, subscribed } = listen(relay.feeds, one.afterSeq === undefined ? {} : { afterSeq: one.afterSeq });
        const reader: Reader = { heard, afterSeq: one.afterSeq, begun: undefined };
        readers.push(reader);
        void subscribed.then((begun) => {
          reader.begun = begun;
        });
      } else if (one.act === 'leave') {
        const leaver = readers[one.pick % Math.max(1, readers.length)];
        if (leaver?.begun === undefined) continue;
        left.push(...readers.splice(readers.indexOf(leaver), 1));
        await leaver.begun.unsubscribe();
      } else if (one.act === 'work') relay.work(one.pick, one.isBusy);
      else relay[one.act]();
      await Promise.resolve();
    }
    do vi.runAllTimers();
    while (relay.work(0, false) || relay.arrive());
    await Promise.resolve();
    const from = ({ afterSeq, begun }: Reader): number => (afterSeq ?? begun?.headSeq ?? Number.NaN) + 1;
    for (const reader of readers) {
      expect(reader.begun).toBeDefined();
      expect(reader.heard).toEqual(range(from(reader), relay.head()));
    }
    for (const reader of left)
      expect(reader.heard).toEqual(range(from(reader), from(reader) + reader.heard.length - 1));
  };
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 60 }), run), { numRuns: 500 });
});
