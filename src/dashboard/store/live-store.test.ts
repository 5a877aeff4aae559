import { expect, test } from 'vitest';
import { createRig } from '../relay/testing/rig.ts';

type Rig = ReturnType<typeof createRig>;

const feed = (rig: Rig) => rig.store.feed('inc_1') ?? expect.fail();

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
