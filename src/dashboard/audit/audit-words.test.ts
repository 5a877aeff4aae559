import { expect, it } from 'vitest';
import { AuditSearch } from './audit-search.ts';
import { actionInWords, toJsonLines } from './audit-words.ts';

it('says any action in words, also one that it has never seen', () => {
  expect(actionInWords('remediation.approved')).toBe('Remediation approved');
  expect(actionInWords('incident.status_changed')).toBe('Incident status changed');
  expect(actionInWords('')).toBe('');
});

it('exports one entry a line', () => {
  expect(toJsonLines([{ auditId: 'a', hash: 'sha256:1' }, { auditId: 'b\n' }])).toBe(
    '{"auditId":"a","hash":"sha256:1"}\n{"auditId":"b\\n"}\n',
  );
  expect(toJsonLines([])).toBe('');
});

it('reads filters from the address and drops what it does not know', () => {
  expect(AuditSearch.parse({ action: 'access.refused', actor: 'user', incident: 'inc_1' })).toEqual({
    action: 'access.refused',
    actor: 'user',
    incident: 'inc_1',
  });
  expect(AuditSearch.parse({ actor: 'ghost', other: 1 })).toEqual({ actor: undefined });
});
