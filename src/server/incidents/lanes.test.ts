import { expect, test, vi } from 'vitest';
import { createGate } from '../testing/gate.ts';
import { createLanes } from './lanes.ts';

test('a barrier waits for all before it, and all after it wait for it', async () => {
  const lanes = createLanes();
  const gates = [createGate(), createGate(), createGate()] as const;
  const begun: string[] = [];
  const run = (name: string, isBarrier: boolean, until: Promise<void>) =>
    lanes.run('a', isBarrier, () => {
      begun.push(name);
      return until;
    });
  const done = [
    run('first', false, gates[0].opened),
    run('second', false, gates[1].opened),
    run('barrier', true, gates[2].opened),
    run('after', false, Promise.resolve()),
  ];
  expect(begun).toEqual(['first', 'second']);
  gates[1].open();
  await done[1];
  expect(begun).toEqual(['first', 'second']);
  gates[0].open();
  await vi.waitFor(() => expect(begun).toEqual(['first', 'second', 'barrier']));
  gates[2].open();
  await Promise.all(done);
  expect(begun).toEqual(['first', 'second', 'barrier', 'after']);
});

test('nothing of what is done is kept for what comes after it, also where the lane is never empty', async () => {
  const lanes = createLanes();
  const held = createGate();
  const early = Array.from({ length: 5 }, (_, index) => lanes.run('a', false, () => Promise.resolve(index)));
  lanes.run('a', false, () => held.opened);
  const barrier = vi.fn(() => Promise.resolve());
  const done = lanes.run('a', true, barrier);
  await Promise.all(early);
  held.open();
  await done;
  // It would be handed here: what it waited for has resolved to nothing.
  expect(barrier.mock.calls.flat(Number.POSITIVE_INFINITY)).toEqual([undefined]);
});
