import { expect, it } from 'vitest';
import { actionInWords } from './audit-words.ts';

it('says any action in words, also one that it has never seen', () => {
  expect(actionInWords('remediation.approved')).toBe('Remediation approved');
  expect(actionInWords('incident.status_changed')).toBe('Incident status changed');
  expect(actionInWords('')).toBe('');
});
