import { describe, expect, it } from 'vitest';
import type { PublicationParams } from '../../protocol/up.ts';
import { createBoard } from './board.ts';

const quote = (words: string) => [{ evidenceId: 'evi_1', quote: words }];

describe('the board of hypotheses', () => {
  const told: PublicationParams<'hypothesis.updated'>[] = [];
  const board = createBoard((update) => told.push(update), 'inc_1');
  const hypothesis = board.propose('Changes', 'the limit is too short', 0.2, 'it was lowered');

  it('follows the prior and what is held, and nothing that was taken back', () => {
    board.weigh('Changes', hypothesis, 'timeouts', {
      weight: 'against',
      because: 'none yet',
      cited: quote('0 timeouts'),
    });
    expect(told.at(-1)).toMatchObject({ confidence: 0.09, contradictingEvidenceIds: ['evi_1'] });
    board.takeBack('Changes', hypothesis, 'timeouts');
    expect(told.at(-1)).toMatchObject({ confidence: 0.2, contradictingEvidenceIds: [], citations: [] });
    expect(told.at(-1)?.reason).toBe(
      'No longer seen: none yet (some evidence against, odds × 0.4, taken back: 0.09 → 0.2)',
    );
  });

  it('lets a later look replace an earlier one, so that the same question is never counted twice', () => {
    board.weigh('Changes', hypothesis, 'its test', {
      weight: 'strong against',
      because: 'too early',
      cited: quote('p99 9 ms'),
    });
    board.weigh('Changes', hypothesis, 'its test', {
      weight: 'decisive for',
      because: 'it passes',
      cited: quote('p99 90 ms'),
    });
    expect(told.at(-1)).toMatchObject({ confidence: 0.83, status: 'supported', citations: quote('p99 90 ms') });
    expect(told.at(-1)?.reason).toContain('instead of strong evidence against');
  });
});
