import { expect, it } from 'vitest';
import { checkNewIncident } from './check-new-incident.ts';

it('asks for a title and for a description that says something', () => {
  expect(checkNewIncident({ title: ' ', description: 'slow' })).toEqual({
    title: 'An incident needs a title.',
    description: 'At least 10 characters; 6 to go.',
  });
  expect(checkNewIncident({ title: 'Slow', description: 'x'.repeat(4_001) }).description).toBe(
    'At most 4,000 characters.',
  );
  expect(checkNewIncident({ title: 'Slow', description: 'x'.repeat(4_000) })).toEqual({});
});
