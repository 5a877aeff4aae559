import { expect, test } from 'vitest';
import { type Checkpoint, eventsOf } from '../../incident/chronicle.ts';
import { emptyInvestigation } from '../../incident/empty.ts';
import { type IncidentEvent, toIncidentEvent } from '../../incident/event.ts';
import type { RelayClientOptions } from './relay-client.ts';
import { createRig } from './testing/rig.ts';

const CAPABILITIES = ['resume', 'batch', 'notifications', 'snapshot'];

const before = (end: number, lastSeq: number): Checkpoint => ({
  end,
  investigation: { ...emptyInvestigation('inc_1'), lastSeq, counts: { toolCalls: 7, findings: 1, errors: 0 } },
});

const opening = async (
  readBefore?: RelayClientOptions['readBefore'],
  readAllBefore?: RelayClientOptions['readAllBefore'],
) => {
  const rig = createRig({ ...(readBefore && { readBefore }), ...(readAllBefore && { readAllBefore }) });
  rig.client.watch('inc_1');
  rig.client.start();
  await rig.connect(CAPABILITIES);
  const subscriptions = () =>
    rig.sent.filter(({ method }) => method === 'investigation.subscribe').map(({ params }) => params);
  const answer = (rest: object) =>
    rig.answer('investigation.subscribe', { subscriptionId: 'sub_1', incidentId: 'inc_1', epoch: 'a', ...rest });
  const feed = () => rig.store.feed('inc_1');
  const seqs = () => eventsOf(feed()?.chronicle ?? expect.fail()).map(({ seq }) => seq);
  return { rig, subscriptions, answer, feed, seqs };
};

test('a small incident comes as a whole', async () => {
  const { rig, subscriptions, answer, feed, seqs } = await opening();
  expect(subscriptions()).toEqual([{ incidentId: 'inc_1', tail: 500, batch: true }]);
  answer({ headSeq: 2 });
  rig.receive([rig.event(1), rig.event(2)]);
  rig.frame();
  expect(seqs()).toEqual([1, 2]);
  expect(feed()).toMatchObject({ status: 'ready', chronicle: { first: 0, end: 2 } });
});

test('of a large one the newest events come, with what all before them amount to', async () => {
  const asked: number[] = [];
  const { rig, answer, feed, seqs } = await opening((_, seq) => {
    asked.push(seq);
    return Promise.resolve(before(600, seq));
  });
  answer({ headSeq: 9_000 });
  rig.receive([rig.event(8_999), rig.event(9_000)]);
  expect(feed()).toMatchObject({ status: 'loading' });
  await rig.settle();
  rig.receive(rig.event(9_001));
  rig.frame();
  expect(asked).toEqual([8_998]);
  expect(seqs()).toEqual([8_999, 9_000, 9_001]);
  expect(feed()).toMatchObject({
    status: 'ready',
    epoch: 'a',
    chronicle: { first: 600, end: 603, investigation: { lastSeq: 9_001, counts: { toolCalls: 7 } } },
  });
});

const told = (seq: number): IncidentEvent =>
  toIncidentEvent(
    'investigation.progress',
    { incidentId: 'inc_1', agentName: 'Logs', message: `m${seq}`, eventId: `evt_${seq}`, seq },
    0,
  ) ?? expect.fail();

/** An incident of `head` events of which the newest three came; `then` is what the API does when asked for the others. */
const opened = async (head: number, then: () => Promise<readonly IncidentEvent[]>) => {
  const asked: number[] = [];
  const { rig, answer, feed, seqs } = await opening(
    (_, seq) => Promise.resolve(before(seq, seq)),
    (_, seq) => {
      asked.push(seq);
      return then();
    },
  );
  answer({ headSeq: head });
  rig.receive([rig.event(head - 2), rig.event(head - 1), rig.event(head)]);
  await rig.settle();
  rig.frame();
  return { rig, asked, feed, seqs };
};

const upTo = (seq: number): IncidentEvent[] => Array.from({ length: seq }, (_, index) => told(index + 1));

test('a small one is filled in once its newest events are shown', async () => {
  const { rig, asked, feed, seqs } = await opened(800, () => Promise.resolve(upTo(797)));
  expect(feed()).toMatchObject({ status: 'ready', filling: true, chronicle: { first: 797, end: 800 } });
  expect(asked).toEqual([]);
  await rig.pass(1_000);
  expect(asked).toEqual([798]);
  expect(seqs()).toEqual(Array.from({ length: 800 }, (_, index) => index + 1));
  expect(feed()).toMatchObject({ filling: false, chronicle: { first: 0, end: 800 } });
});

test('a hidden tab is filled in too', async () => {
  const { rig, feed } = await opened(800, () => Promise.resolve(upTo(797)));
  rig.receive(rig.event(801));
  await rig.pass(1_000);
  expect(feed()).toMatchObject({ filling: false, chronicle: { first: 0, end: 801 } });
});

test('one that could not be filled in keeps what it has', async () => {
  const { rig, feed, seqs } = await opened(800, () => Promise.reject(new Error('503')));
  await rig.pass(1_000);
  expect(seqs()).toEqual([798, 799, 800]);
  expect(feed()).toMatchObject({ filling: false, chronicle: { first: 797, end: 800 } });
});

test('a large one is not filled in', async () => {
  const { rig, asked, feed } = await opened(5_001, () => Promise.resolve([]));
  await rig.pass(1_000);
  expect(asked).toEqual([]);
  expect(feed()).toMatchObject({ filling: false, chronicle: { first: 4_998 } });
});

test('what comes for a log that was replaced meanwhile is not put before the new one', async () => {
  let tell = (_: readonly IncidentEvent[]): void => undefined;
  const { rig, feed, seqs } = await opened(800, () => new Promise((resolve) => (tell = resolve)));
  await rig.pass(300);
  rig.client.closed(1006, '');
  await rig.pass(1_000);
  await rig.connect(CAPABILITIES);
  const result = { subscriptionId: 'sub_2', incidentId: 'inc_1', epoch: 'b', headSeq: 1, reset: true };
  rig.answer('investigation.subscribe', result);
  rig.receive(rig.event(1, 'another'));
  rig.frame();
  tell(upTo(797));
  await rig.settle();
  expect(seqs()).toEqual([1]);
  expect(feed()).toMatchObject({ filling: false, epoch: 'b', chronicle: { first: 0, end: 1 } });
});

test('after a break a large one goes on from where it was', async () => {
  const { rig, answer, subscriptions, seqs } = await opening((_, seq) => Promise.resolve(before(600, seq)));
  answer({ headSeq: 9_000 });
  rig.receive(rig.event(9_000));
  await rig.settle();
  rig.client.closed(1006, '');
  await rig.pass(1_000);
  await rig.connect(CAPABILITIES);
  expect(subscriptions().at(-1)).toEqual({ incidentId: 'inc_1', afterSeq: 9_000, epoch: 'a', batch: true });
  answer({ headSeq: 9_001 });
  rig.receive([rig.event(9_000), rig.event(9_001)]);
  rig.frame();
  expect(seqs()).toEqual([9_000, 9_001]);
});

test('a tab that missed too much opens anew, and marks where', async () => {
  const { rig, answer, subscriptions, feed, seqs } = await opening((_, seq) => Promise.resolve(before(seq, seq)));
  answer({ headSeq: 1 });
  rig.receive(rig.event(1));
  rig.client.closed(1006, '');
  await rig.pass(1_000);
  await rig.connect(CAPABILITIES);
  answer({ headSeq: 900_000 });
  expect(rig.sent.at(-2)).toMatchObject({ method: 'investigation.unsubscribe', params: { subscriptionId: 'sub_1' } });
  expect(subscriptions().at(-1)).toEqual({ incidentId: 'inc_1', tail: 500, batch: true });
  rig.receive(rig.event(2));
  answer({ headSeq: 900_000 });
  rig.receive(rig.event(900_000));
  await rig.settle();
  rig.frame();
  expect(seqs()).toEqual([900_000]);
  expect(feed()).toMatchObject({ status: 'ready', healed: [{ ordinal: 1 }], chronicle: { end: 900_000 } });
});

test('a large log that took the place of another is opened, and said to be another', async () => {
  const { rig, answer, feed, seqs } = await opening((_, seq) => Promise.resolve(before(seq, seq)));
  answer({ headSeq: 1 });
  rig.receive(rig.event(1));
  rig.client.closed(1006, '');
  await rig.pass(1_000);
  await rig.connect(CAPABILITIES);
  answer({ epoch: 'b', headSeq: 7_000, reset: true });
  rig.receive(rig.event(3));
  answer({ epoch: 'b', headSeq: 7_000 });
  rig.receive(rig.event(7_000));
  await rig.settle();
  rig.frame();
  expect(seqs()).toEqual([7_000]);
  expect(feed()).toMatchObject({ epoch: 'b', reset: expect.any(Number), healed: [] });
});

test.each([
  ['says that it folds otherwise', () => Promise.resolve(undefined)],
  ['fails', () => Promise.reject(new Error('503'))],
])('where the server %s all of it comes', async (_, readBefore) => {
  const { rig, answer, subscriptions, seqs } = await opening(readBefore);
  answer({ headSeq: 9_000 });
  rig.receive(rig.event(9_000));
  await rig.settle();
  expect(subscriptions().at(-1)).toEqual({ incidentId: 'inc_1', afterSeq: 0, batch: true });
  answer({ headSeq: 9_000 });
  rig.receive([rig.event(1), rig.event(2)]);
  rig.frame();
  expect(seqs()).toEqual([1, 2]);
});
