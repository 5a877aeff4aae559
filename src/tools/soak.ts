import { parseArgs } from 'node:util';
import { FAULTS, runRound } from './soak/round.ts';
import { add, noTally } from './soak/tally.ts';

/** `npm run soak -- --rounds 100 [--events 400] [--seed 1]`: faults of every kind at random moments, and what they cost. */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    events: { type: 'string', default: '400' },
    seed: { type: 'string', default: String(Date.now()) },
  },
});

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

const random = createRandom(Number(values.seed));
const rounds = Number(values.rounds);
let total = noTally;
console.log(
  `seed ${values.seed}, ${rounds} rounds of ${values.events} events, 2 subscribers, faults: ${FAULTS.join(', ')}`,
);
for (let round = 1; round <= rounds; round += 1) {
  const tally = await runRound({ events: Number(values.events), faults: FAULTS, strikes: 5, subscribers: 2, random });
  total = add(total, tally);
  const { acknowledged, delivered, lost, doubled, reordered } = total;
  console.log(
    `round ${round}: acknowledged ${acknowledged}, delivered ${delivered}, lost ${lost}, doubled ${doubled}, reordered ${reordered}`,
  );
}
process.exit(total.lost + total.doubled + total.reordered === 0 ? 0 : 1);
