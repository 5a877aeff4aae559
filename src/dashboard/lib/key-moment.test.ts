import { afterEach, expect, it } from 'vitest';
import { isMomentFor, setConnected, setPast } from './key-moment.ts';

afterEach(() => {
  setConnected(true);
  setPast(false);
});

const looks = { acts: false, inPast: false };
const acts = { acts: true, inPast: false };
const replays = { acts: false, inPast: true };

it('lets keys that act rest while there is no connection, and those that only look go on', () => {
  setConnected(false);
  expect([isMomentFor(looks), isMomentFor(acts), isMomentFor(replays)]).toEqual([true, false, true]);
});

it('lets nothing but the keys of the replay through while the page shows the past', () => {
  setPast(true);
  expect([isMomentFor(looks), isMomentFor(acts), isMomentFor(replays)]).toEqual([false, false, true]);
});
