import { expect, it } from 'vitest';
import { byDeadline } from './by-deadline.ts';

it('puts the nearest deadline first and those without one last, oldest request first', () => {
  const items = [
    { id: 'none, new', expiresAt: null, requestedAt: '2026-03-03T14:05:00Z' },
    { id: 'late', expiresAt: '2026-03-03T15:00:00Z', requestedAt: '2026-03-03T14:00:00Z' },
    { id: 'none, old', requestedAt: '2026-03-03T14:01:00Z' },
    { id: 'soon', expiresAt: '2026-03-03T14:30:00Z', requestedAt: '2026-03-03T14:20:00Z' },
  ];
  expect(byDeadline(items).map((item) => item.id)).toEqual(['soon', 'late', 'none, old', 'none, new']);
});
