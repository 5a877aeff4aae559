import { expect, test } from 'vitest';
import { createRig } from '../relay/testing/rig.ts';

type Rig = ReturnType<typeof createRig>;

/** The clock of the rig when it starts. */
const START = 1_000_000;

const feed = (rig: Rig) => rig.store.feed('inc_1') ?? expect.fail();
const unheard = (rig: Rig) => feed(rig).unheard;

/** A relay that knows the documented contract only is subscribed to in two steps. */
const answer = (rig: Rig, method: 'investigation.subscribe' | 'remediation.subscribe') =>
  rig.answer(method, { subscriptionId: `sub_${method}`, incidentId: 'inc_1' });
const answerBoth = (rig: Rig): void => {
  answer(rig, 'investigation.subscribe');
  answer(rig, 'remediation.subscribe');
};

let told = 0;
const tell = (rig: Rig): void => {
  told += 1;
  const params = {
    incidentId: 'inc_1',
    agentName: 'Triage',
    message: `m${told}`,
    timestamp: `2026-01-15T10:00:0${told}Z`,
  };
  rig.receive({ jsonrpc: '2.0', method: 'investigation.progress', params });
  rig.frame();
};

const watching = async () => {
  const rig = createRig();
  const leave = rig.client.watch('inc_1');
  rig.client.start();
  await rig.connect(null);
  answerBoth(rig);
  await rig.settle();
  return { rig, leave };
};

/** The connection is gone for a second. */
const breakOff = async (rig: Rig): Promise<void> => {
  rig.client.closed(1006, '');
  await rig.pass(1_000);
  rig.client.nudge();
  await rig.connect(null);
  answerBoth(rig);
};

test('a break at a relay that keeps no past is remembered, once and from when it was last heard', async () => {
  const { rig } = await watching();
  await rig.pass(200);
  rig.answer('ping', { pong: true });
  tell(rig);
  await rig.pass(5_000);
  await breakOff(rig);
  expect(unheard(rig)).toEqual([{ ordinal: 1, from: START + 200, at: START + 6_200 }]);
  tell(rig);
  expect(feed(rig).chronicle.end).toBe(2);
});

test('what it tells between the two steps of the first subscription is no break', async () => {
  const rig = createRig();
  rig.client.watch('inc_1');
  rig.client.start();
  await rig.connect(null);
  answer(rig, 'investigation.subscribe');
  tell(rig);
  answer(rig, 'remediation.subscribe');
  expect(feed(rig).chronicle.end).toBe(1);
  expect(unheard(rig)).toEqual([]);
});

test('who leaves an incident and comes back did not hear it meanwhile', async () => {
  const { rig, leave } = await watching();
  tell(rig);
  leave();
  await rig.pass(2_000);
  rig.client.watch('inc_1');
  answerBoth(rig);
  expect(unheard(rig)).toEqual([{ ordinal: 1, from: START, at: START + 2_000 }]);
});

test('a connection that breaks again and again is one break until something is heard, or for a while none', async () => {
  const { rig } = await watching();
  tell(rig);
  await breakOff(rig);
  await breakOff(rig);
  expect(unheard(rig)).toEqual([{ ordinal: 1, from: START, at: START + 2_000 }]);
  tell(rig);
  await breakOff(rig);
  expect(unheard(rig)).toHaveLength(2);
  for (let beat = 0; beat < 4; beat += 1) {
    rig.answer('ping', { pong: true });
    await rig.pass(30_000);
  }
  await breakOff(rig);
  expect(unheard(rig).map(({ ordinal }) => ordinal)).toEqual([1, 2, 2]);
});

test('a relay that keeps positions heals its breaks, and none is left to say', async () => {
  const rig = createRig();
  const result = { subscriptionId: 'sub_1', incidentId: 'inc_1', epoch: 'a' };
  rig.client.watch('inc_1');
  rig.client.start();
  await rig.connect();
  rig.answer('investigation.subscribe', { ...result, headSeq: 1 });
  rig.receive(rig.event(1));
  rig.frame();
  rig.client.closed(1006, '');
  await rig.pass(1_000);
  await rig.connect();
  rig.answer('investigation.subscribe', { ...result, headSeq: 2 });
  expect(feed(rig)).toMatchObject({ unheard: [], heardUntil: null, healed: [{ ordinal: 1 }] });
});

test('of a log that took the place of another all is new to who reads further up', async () => {
  const rig = createRig();
  const result = { subscriptionId: 'sub_1', incidentId: 'inc_1' };
  rig.client.watch('inc_1');
  rig.client.start();
  await rig.connect();
  rig.answer('investigation.subscribe', { ...result, epoch: 'a', headSeq: 2 });
  rig.receive([rig.event(1), rig.event(2)]);
  rig.frame();
  rig.store.setReading('inc_1', true);
  expect(feed(rig).readFrom).toBe(2);
  rig.client.closed(1006, '');
  await rig.pass(1_000);
  await rig.connect();
  rig.answer('investigation.subscribe', { ...result, epoch: 'b', headSeq: 1, reset: true });
  expect(feed(rig).readFrom).toBe(0);
});
