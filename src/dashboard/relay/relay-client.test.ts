import { expect, test } from 'vitest';
import { eventsOf } from '../../incident/chronicle.ts';
import { toIncidentEvent } from '../../incident/event.ts';
import { createRig } from './testing/rig.ts';

const eventsIn = (rig: ReturnType<typeof createRig>) => {
  const feed = rig.store.feed('inc_1');
  return feed === undefined ? [] : eventsOf(feed.chronicle);
};
const seqs = (rig: ReturnType<typeof createRig>) => eventsIn(rig).map(({ seq }) => seq);
const state = (rig: ReturnType<typeof createRig>) => rig.store.getState().connection.state;

const started = async () => {
  const rig = createRig();
  rig.client.watch('inc_1');
  rig.client.start();
  await rig.connect();
  rig.answer('investigation.subscribe', { subscriptionId: 'sub_1', incidentId: 'inc_1', epoch: 'a', headSeq: 0 });
  return rig;
};

test('the first subscription asks for the whole past, in batches', async () => {
  const rig = await started();
  expect(rig.sent.find(({ method }) => method === 'investigation.subscribe')?.params).toEqual({
    incidentId: 'inc_1',
    afterSeq: 0,
    batch: true,
  });
  expect(state(rig)).toBe('live');
});

test('a burst is one commit, at the next frame', async () => {
  const rig = await started();
  let commits = 0;
  rig.store.subscribe((now, before) => {
    if (now.feeds !== before.feeds) commits += 1;
  });
  rig.receive([rig.event(1), rig.event(2)]);
  rig.receive(rig.event(3));
  expect(seqs(rig)).toEqual([]);
  rig.frame();
  expect(seqs(rig)).toEqual([1, 2, 3]);
  expect(commits).toBe(1);
});

test('a hidden tab, which gets no frames, keeps up by the timer', async () => {
  const rig = await started();
  rig.receive(rig.event(1));
  await rig.pass(200);
  expect(seqs(rig)).toEqual([1]);
});

test('after a break it resumes from the last seq of the same log, and marks where', async () => {
  const rig = await started();
  rig.receive(rig.event(1));
  rig.client.closed(1006, '');
  expect(state(rig)).toBe('reconnecting');
  await rig.pass(1_000);
  await rig.connect();
  expect(rig.sent.findLast(({ method }) => method === 'investigation.subscribe')?.params).toMatchObject({
    afterSeq: 1,
    epoch: 'a',
  });
  rig.answer('investigation.subscribe', { subscriptionId: 'sub_2', incidentId: 'inc_1', epoch: 'a', headSeq: 3 });
  expect(rig.store.feed('inc_1')).toMatchObject({ status: 'catching-up', behind: 2 });
  rig.receive([rig.event(2), rig.event(3)]);
  rig.frame();
  expect(seqs(rig)).toEqual([1, 2, 3]);
  expect(rig.store.feed('inc_1')).toMatchObject({ status: 'ready', healed: [{ ordinal: 1 }] });
  expect(state(rig)).toBe('live');
});

test('a log that was lost or replaced starts the view anew and says so', async () => {
  const rig = await started();
  rig.receive(rig.event(1));
  rig.client.closed(1006, '');
  await rig.pass(1_000);
  await rig.connect();
  const result = { subscriptionId: 'sub_2', incidentId: 'inc_1', epoch: 'b', headSeq: 1, reset: true };
  rig.answer('investigation.subscribe', result);
  rig.receive(rig.event(1, 'another'));
  rig.frame();
  expect(rig.store.feed('inc_1')).toMatchObject({ reset: expect.any(Number), epoch: 'b' });
  expect(eventsIn(rig)).toHaveLength(1);
});

test('each try asks for a fresh address', async () => {
  const rig = await started();
  rig.setTicket({ ok: true, address: 'ws://test/relay?token=2' });
  rig.client.closed(1012, 'restart');
  await rig.pass(1_000);
  expect(rig.addresses.filter((address) => address !== null)).toEqual([
    'ws://test/relay?token=1',
    'ws://test/relay?token=2',
  ]);
});

test('a session that is over leads to sign-in and does not loop', async () => {
  const rig = await started();
  rig.setTicket({ ok: false, signedOut: true, reason: 'signed out' });
  rig.client.closed(1006, '');
  await rig.pass(60_000);
  expect(state(rig)).toBe('signed-out');
  expect(rig.signedOut()).toBe(1);
});

test.each([1003, 1007, 1009, 4403])('close code %i ends it and tells', async (code) => {
  const rig = await started();
  rig.client.closed(code, 'no');
  await rig.pass(60_000);
  expect(rig.store.getState().connection).toEqual({ state: 'stopped', reason: 'no' });
});

test('at its limit the server says how long to wait', async () => {
  const rig = await started();
  rig.receive({ jsonrpc: '2.0', id: null, error: { code: -32004, message: 'limit', data: { retryAfterMs: 7_000 } } });
  rig.client.closed(4429, '');
  await rig.pass(6_900);
  expect(state(rig)).toBe('reconnecting');
  const tries = rig.addresses.filter((address) => address !== null).length;
  await rig.pass(200);
  expect(rig.addresses.filter((address) => address !== null)).toHaveLength(tries + 1);
});

test('a handshake that never ends is given up, and so is a socket that went silent', async () => {
  const rig = createRig();
  rig.client.start();
  await rig.settle();
  await rig.pass(10_100);
  expect(state(rig)).toBe('reconnecting');
  await rig.pass(1_000);
  await rig.connect();
  expect(state(rig)).toBe('live');
  await rig.pass(31_000);
  expect(state(rig)).not.toBe('live');
});

test('when the network is back it tries at once', async () => {
  const rig = await started();
  rig.setOnline(false);
  rig.client.closed(1006, '');
  expect(state(rig)).toBe('offline');
  const tries = rig.addresses.filter((address) => address !== null).length;
  rig.setOnline(true);
  rig.client.nudge();
  await rig.settle();
  expect(rig.addresses.filter((address) => address !== null)).toHaveLength(tries + 1);
});

test('from a relay that knows the documented contract only, the past comes from the API', async () => {
  const past = toIncidentEvent(
    'evidence.collected',
    {
      incidentId: 'inc_1',
      evidence: { evidenceId: 'evi_1', type: 'log', source: 's', summary: 'x' },
    },
    0,
  );
  const rig = createRig({ rehydrate: () => Promise.resolve(past === undefined ? [] : [past]) });
  rig.client.watch('inc_1');
  rig.client.start();
  await rig.connect(null);
  expect(rig.sent.map(({ method, params }) => [method, params])).toEqual([
    ['investigation.subscribe', { incidentId: 'inc_1' }],
    ['remediation.subscribe', { incidentId: 'inc_1' }],
    ['notifications.subscribe', {}],
    ['ping', {}],
  ]);
  rig.answer('investigation.subscribe', { subscriptionId: 'sub_1', incidentId: 'inc_1' });
  await rig.settle();
  expect(rig.store.feed('inc_1')).toMatchObject({ extended: false, status: 'ready' });
  expect(rig.store.feed('inc_1')?.chronicle.investigation.evidence).toHaveLength(1);
});

test('who else is watching is known while one watches', async () => {
  const rig = await started();
  const viewers = [{ userId: 'usr_1', name: 'Ana' }];
  rig.receive({ jsonrpc: '2.0', method: 'presence.changed', params: { incidentId: 'inc_1', viewers } });
  expect(rig.store.getState().viewers.get('inc_1')).toEqual(viewers);
});

test('who stops watching unsubscribes, and what was seen stays for the way back', async () => {
  const rig = createRig();
  const leave = rig.client.watch('inc_1');
  rig.client.start();
  await rig.connect();
  rig.answer('investigation.subscribe', { subscriptionId: 'sub_1', incidentId: 'inc_1', epoch: 'a', headSeq: 0 });
  rig.receive(rig.event(1));
  rig.frame();
  leave();
  expect(rig.sent.at(-1)).toMatchObject({ method: 'investigation.unsubscribe', params: { subscriptionId: 'sub_1' } });
  rig.client.watch('inc_1');
  expect(rig.sent.at(-1)?.params).toMatchObject({ afterSeq: 1, epoch: 'a' });
});
