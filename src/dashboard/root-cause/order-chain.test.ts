import { expect, it } from 'vitest';
import { orderChain } from './order-chain.ts';

it('puts the links of a chain in the order of time', () => {
  const chain = orderChain([
    { label: 'second', at: '2026-01-01T00:00:02Z' },
    { label: 'after the second' },
    { label: 'first', at: '2026-01-01T00:00:01Z', evidenceIds: ['evi_1'] },
    { label: 'no time', at: 'yesterday' },
  ]);
  expect(chain.map(({ label }) => label)).toEqual(['first', 'no time', 'second', 'after the second']);
  expect(chain[0]).toEqual({ label: 'first', at: Date.UTC(2026, 0, 1, 0, 0, 1), evidenceIds: ['evi_1'] });
});
