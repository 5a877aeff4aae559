import { FAULTS, runRound } from './round.ts';
import { add, noTally } from './tally.ts';

/** mulberry32: small, and the same for the same seed. */
const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Faults of every kind at random moments, and what they cost; resolves to whether they cost nothing. */
export const runRounds = async (options: { rounds: number; events: number; seed: number }): Promise<boolean> => {
  const { rounds, events, seed } = options;
  const random = createRandom(seed);
  let total = noTally;
  console.log(`seed ${seed}, ${rounds} rounds of ${events} events, 2 subscribers, faults: ${FAULTS.join(', ')}`);
  for (let round = 1; round <= rounds; round += 1) {
    total = add(total, await runRound({ events, faults: FAULTS, strikes: 5, subscribers: 2, random }));
    const { acknowledged, delivered, lost, doubled, reordered } = total;
    console.log(
      `round ${round}: acknowledged ${acknowledged}, delivered ${delivered}, lost ${lost}, doubled ${doubled}, reordered ${reordered}`,
    );
  }
  return total.lost + total.doubled + total.reordered === 0;
};
