import { expect, test } from 'vitest';
import { eventsOf } from '../../incident/chronicle.ts';
import { type IncidentEvent, toIncidentEvent } from '../../incident/event.ts';
import type { Rehydrated } from './api-past.ts';
import { createRig } from './testing/rig.ts';

const eventsIn = (rig: ReturnType<typeof createRig>) => {
  const feed = rig.store.feed('inc_1');
  return feed === undefined ? [] : eventsOf(feed.chronicle);
};
const seqs = (rig: ReturnType<typeof createRig>) => eventsIn(rig).map(({ seq }) => seq);
const state = (rig: ReturnType<typeof createRig>) => rig.store.getState().connection.state;

const pings = (rig: ReturnType<typeof createRig>) => rig.sent.filter(({ method }) => method === 'ping').length;
const pong = (rig: ReturnType<typeof createRig>) => rig.answer('ping', { pong: true });

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
  await rig.pass(10_100);
  expect(state(rig)).not.toBe('live');
});

test('what a dropped socket still reports is not of the one that came after it, nor of the one that is asked for', async () => {
  const rig = await started();
  await rig.pass(10_100);
  expect(state(rig)).toBe('reconnecting');
  const { connection } = rig.store.getState();
  rig.client.closed(1006, 'late');
  expect(rig.store.getState().connection).toBe(connection);
  rig.holdTicket();
  await rig.pass(5_000);
  const tries = rig.tries();
  rig.client.closed(1006, 'later still');
  rig.client.opened(() => expect.fail('nothing is to be sent to a socket that was dropped'));
  rig.giveTicket();
  await rig.connect();
  expect(rig.tries()).toBe(tries + 1);
  expect(state(rig)).toBe('live');
});

test('a ticket that does not come is asked for again', async () => {
  const rig = createRig();
  rig.holdTicket();
  rig.client.start();
  await rig.pass(10_100);
  expect(state(rig)).toBe('reconnecting');
  rig.giveTicket();
  await rig.pass(2_000);
  await rig.connect();
  expect(state(rig)).toBe('live');
  expect(rig.tries()).toBe(1);
});

test('who looks again at a tab that was live finds out at once whether it still is', async () => {
  const rig = await started();
  await rig.pass(100);
  pong(rig);
  await rig.pass(5_000);
  rig.client.nudge();
  rig.client.nudge();
  expect(pings(rig)).toBe(2);
  await rig.pass(10_100);
  expect(state(rig)).toBe('reconnecting');
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
  const rig = createRig({
    rehydrate: () => Promise.resolve({ events: past === undefined ? [] : [past], isWhole: true }),
  });
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

test('what time it is is asked of the relay that says it', async () => {
  const rig = await started();
  expect(rig.serverTime()).toBeUndefined();
  const connected = (serverTime: string): void =>
    rig.receive({ jsonrpc: '2.0', method: 'connected', params: { connectionId: 'conn_2', serverTime } });
  connected('2026-01-01T00:00:00.000Z');
  connected('noon');
  expect(rig.serverTime()).toBe(Date.UTC(2026, 0, 1));
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

test('who comes back before the answer to what they left waits for it: the relay would name the same subscription', async () => {
  const rig = createRig();
  const leave = rig.client.watch('inc_1');
  rig.client.start();
  await rig.connect();
  const calls = () =>
    rig.sent.flatMap(({ method, params }) =>
      /subscribe$/.test(method) && method !== 'notifications.subscribe' ? [[method, params.subscriptionId]] : [],
    );
  leave();
  rig.client.watch('inc_1')();
  rig.client.watch('inc_1');
  expect(calls()).toEqual([['investigation.subscribe', undefined]]);
  rig.answer('investigation.subscribe', { subscriptionId: 'sub_1', incidentId: 'inc_1', epoch: 'a', headSeq: 0 });
  expect(calls().slice(1)).toEqual([
    ['investigation.unsubscribe', 'sub_1'],
    ['investigation.subscribe', undefined],
  ]);
  rig.answer('investigation.subscribe', { subscriptionId: 'sub_2', incidentId: 'inc_1', epoch: 'a', headSeq: 0 });
  rig.receive(rig.event(1));
  rig.frame();
  expect(seqs(rig)).toEqual([1]);
  expect(calls()).toHaveLength(3);
});

test('a subscription that is answered when nobody watches any more is ended', async () => {
  const rig = createRig();
  const leave = rig.client.watch('inc_1');
  rig.client.start();
  await rig.connect();
  leave();
  rig.answer('investigation.subscribe', { subscriptionId: 'sub_1', incidentId: 'inc_1', epoch: 'a', headSeq: 0 });
  expect(rig.sent.at(-1)).toMatchObject({ method: 'investigation.unsubscribe', params: { subscriptionId: 'sub_1' } });
});

test('a relay hears a ping at once and then every 30 s, each after the answer to the one before', async () => {
  const rig = await started();
  for (let count = 1; count <= 5; count += 1) {
    expect(pings(rig)).toBe(count);
    await rig.pass(400);
    pong(rig);
    await rig.pass(29_500);
    expect(pings(rig)).toBe(count);
    await rig.pass(100);
  }
  expect(state(rig)).toBe('live');
});

const expire = (rig: ReturnType<typeof createRig>): void => {
  rig.receive({ jsonrpc: '2.0', id: null, error: { code: -32001, message: 'expired' } });
  rig.client.closed(1008, 'authentication expired');
};

test('a token that expired is renewed, and the connection made anew at once', async () => {
  const rig = await started();
  expire(rig);
  await rig.pass(0);
  expect(rig.renewed()).toBe(1);
  await rig.connect();
  pong(rig);
  await rig.pass(15_000);
  expect(state(rig)).toBe('live');
  expire(rig);
  await rig.pass(0);
  expect(rig.renewed()).toBe(2);
  expect(rig.signedOut()).toBe(0);
});

test('a relay that takes no token for a new one leads to sign-in, and is not asked again', async () => {
  const rig = await started();
  expire(rig);
  await rig.pass(0);
  await rig.connect();
  expire(rig);
  await rig.pass(600_000);
  expect(state(rig)).toBe('signed-out');
  expect(rig.signedOut()).toBe(1);
  expect(rig.tries()).toBe(2);
});

test.each([1008, 1012])(
  'a relay that opens and closes with %i, over and over, is tried ever more rarely',
  async (code) => {
    const rig = await started();
    for (let round = 0; round < 200; round += 1) {
      rig.client.closed(code, '');
      await rig.pass(1_000);
      if (state(rig) !== 'reconnecting') await rig.connect();
    }
    expect(rig.tries()).toBeLessThan(40);
  },
);

test('a relay that is away for a while says for how long', async () => {
  const rig = await started();
  rig.receive({ jsonrpc: '2.0', id: null, error: { code: -32004, message: 'away', data: { retryAfterMs: 60_000 } } });
  rig.client.closed(1013, '');
  await rig.pass(59_000);
  expect(rig.tries()).toBe(1);
  await rig.pass(2_000);
  expect(rig.tries()).toBe(2);
});

const tenantEvent = (eventId: string) => ({
  jsonrpc: '2.0',
  method: 'incident.created',
  params: { incidentId: 'inc_9', eventId },
});

test('the tenant’s events go on where they were, and one that is repeated counts once', async () => {
  const rig = await started();
  rig.receive(tenantEvent('evt_t1'));
  rig.receive(rig.event(1));
  rig.client.closed(1006, '');
  await rig.pass(1_000);
  await rig.connect();
  expect(rig.sent.findLast(({ method }) => method === 'notifications.subscribe')?.params).toEqual({
    afterEventId: 'evt_t1',
  });
  for (const id of ['evt_t1', 'evt_t2', 'evt_t2']) rig.receive(tenantEvent(id));
  expect(rig.tenantEvents.filter((method) => method === 'incident.created')).toHaveLength(2);
});

const watchingDocumented = async (rehydrate: () => Promise<Rehydrated>) => {
  const rig = createRig({ rehydrate });
  rig.client.watch('inc_1');
  rig.client.start();
  await rig.connect(null);
  rig.answer('investigation.subscribe', { subscriptionId: 'sub_1', incidentId: 'inc_1' });
  await rig.settle();
  return rig;
};
const told = (method: string, params: object): IncidentEvent => {
  const event = toIncidentEvent(method, { incidentId: 'inc_1', ...params }, 0);
  if (event === undefined) throw new Error('no event');
  return event;
};
const evidence = (id: string) =>
  told('evidence.collected', { evidence: { evidenceId: id, type: 'log', source: 's', summary: id } });
const found = (rig: ReturnType<typeof createRig>) =>
  rig.store.feed('inc_1')?.chronicle.investigation.evidence.map(({ evidenceId }) => evidenceId);

test('an API that fails is asked again until it has told all, and meanwhile it is said', async () => {
  let asked = 0;
  const rig = await watchingDocumented(async () => {
    asked += 1;
    return { events: [evidence('evi_1'), ...(asked > 3 ? [evidence('evi_2')] : [])], isWhole: asked > 3 };
  });
  pong(rig);
  expect(found(rig)).toEqual(['evi_1']);
  expect(rig.store.feed('inc_1')?.past).toBe('missing');
  await rig.pass(20_000);
  pong(rig);
  expect(asked).toBe(4);
  expect(rig.store.feed('inc_1')?.past).toBe('told');
  expect(found(rig)).toEqual(['evi_1', 'evi_2']);
  await rig.pass(29_000);
  expect(asked).toBe(4);
});

test('nobody is asked for what nobody watches any more', async () => {
  let asked = 0;
  const rig = createRig({
    rehydrate: async () => {
      asked += 1;
      return { events: [], isWhole: false };
    },
  });
  const leave = rig.client.watch('inc_1');
  rig.client.start();
  await rig.connect(null);
  rig.answer('investigation.subscribe', { subscriptionId: 'sub_1', incidentId: 'inc_1' });
  await rig.settle();
  pong(rig);
  leave();
  await rig.pass(29_000);
  expect(asked).toBe(1);
});

test('what was missed while a documented relay was away shows up once, from wherever it comes', async () => {
  const missed = { rootCause: 'The index is gone.', confidence: 0.8, recommendedActions: [] };
  let asked = 0;
  const rig = await watchingDocumented(async () => {
    asked += 1;
    return { events: asked === 1 ? [] : [evidence('evi_1'), told('investigation.completed', missed)], isWhole: true };
  });
  const at = '2026-01-15T10:00:00.000Z';
  const seen = { incidentId: 'inc_1', agentName: 'Triage', message: 'Looking', timestamp: at };
  const later = { ...seen, message: 'Found it', timestamp: '2026-01-15T10:01:00Z' };
  const notify = (method: string, params: object) => rig.receive({ jsonrpc: '2.0', method, params });
  notify('investigation.progress', seen);
  notify('investigation.progress', { ...seen, eventId: 'evt_1' });
  rig.client.closed(1006, '');
  await rig.pass(1_000);
  await rig.connect(null);
  rig.answer('investigation.subscribe', { subscriptionId: 'sub_2', incidentId: 'inc_1' });
  await rig.settle();
  // The stream repeats the last one and has the one that was missed; the relay tells it late, and the end again.
  notify('investigation.progress', { ...seen, eventId: 'evt_1' });
  notify('investigation.progress', { ...later, eventId: 'evt_2' });
  notify('investigation.progress', { ...later, timestamp: '2026-01-15T10:01:00.000Z' });
  notify('investigation.completed', { incidentId: 'inc_1', ...missed, timestamp: at });
  rig.frame();
  const names = eventsIn(rig).map((event) => event.method);
  expect(names.sort()).toEqual([
    'evidence.collected',
    'investigation.completed',
    'investigation.progress',
    'investigation.progress',
  ]);
});

const refuse = (rig: ReturnType<typeof createRig>, error: object): void => {
  const request = rig.sent.findLast(({ method }) => method === 'investigation.subscribe');
  rig.receive({ jsonrpc: '2.0', id: request?.id, error });
};
const subscriptions = (rig: ReturnType<typeof createRig>) =>
  rig.sent.filter(({ method }) => method === 'investigation.subscribe');

test('an incident that the log has no more is said to be missing, stays to be read, and starts anew when it is there again', async () => {
  const rig = await started();
  rig.receive(rig.event(1));
  rig.client.closed(1006, '');
  await rig.pass(1_000);
  await rig.connect();
  refuse(rig, { code: -32602, message: 'There is no such incident.', data: { error: 'incident_not_found' } });
  expect(rig.store.feed('inc_1')).toMatchObject({ missing: true });
  expect(seqs(rig)).toEqual([1]);
  rig.receive({ jsonrpc: '2.0', method: 'incident.created', params: { incidentId: 'inc_1', title: 'Again' } });
  expect(subscriptions(rig).at(-1)?.params).toMatchObject({ afterSeq: 1, epoch: 'a' });
  const result = { subscriptionId: 'sub_2', incidentId: 'inc_1', epoch: 'b', headSeq: 0, reset: true };
  rig.answer('investigation.subscribe', result);
  expect(rig.store.feed('inc_1')).toMatchObject({ missing: false, reset: expect.any(Number), epoch: 'b' });
  expect(seqs(rig)).toEqual([]);
});

test('a subscription that is refused for now is asked for again when the server says', async () => {
  const rig = createRig();
  rig.client.watch('inc_1');
  rig.client.start();
  await rig.connect();
  refuse(rig, { code: -32004, message: 'Too fast.', data: { retryAfterMs: 700 } });
  await rig.pass(690);
  expect(subscriptions(rig)).toHaveLength(1);
  await rig.pass(20);
  expect(subscriptions(rig)).toHaveLength(2);
  expect(rig.store.feed('inc_1')?.missing).toBe(false);
});
