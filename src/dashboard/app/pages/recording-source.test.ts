import { expect, it } from 'vitest';
import { sourceOf } from './recording-source.ts';

it('a recording is only fetched from the page’s own origin', () => {
  expect(sourceOf('?src=/recordings/x.jsonl')).toBe('/recordings/x.jsonl');
  expect(sourceOf('?src=recordings/x.jsonl')).toBe('/recordings/x.jsonl');
  for (const search of [
    '',
    '?src=https://evil.example/x',
    '?src=//evil.example/x',
    '?src=javascript:alert(1)',
    '?src=\\\\evil/x',
  ])
    expect(sourceOf(search)).toBeNull();
});
