import { describe, expect, it } from 'vitest';
import { AuditSearch, auditFiltersOf } from './audit-search.ts';
import { actionInWords, toCsv, toJsonLines, whoActed } from './audit-words.ts';

const entry = {
  auditId: 'aud_1',
  timestamp: '2026-03-03T14:00:00.000Z',
  action: 'remediation.approved',
  actorType: 'user',
  actorId: 'usr_ana',
  actorEmail: 'ana@a.example',
  incidentId: 'inc_1',
};

it('says any action in words, also one that it has never seen', () => {
  expect(actionInWords('remediation.approved')).toBe('Remediation approved');
  expect(actionInWords('incident.status_changed')).toBe('Incident status changed');
  expect(actionInWords('')).toBe('');
});

it('says who acted by what people read: an e-mail, the name of an agent, or else an id', () => {
  expect(whoActed(entry)).toBe('ana@a.example');
  expect(whoActed({ ...entry, actorEmail: null, metadata: { agentName: 'Logs' } })).toBe('usr_ana');
  const agent = { ...entry, actorType: 'ai_agent', actorId: '0a1b2c3d4e5f', actorEmail: null };
  expect(whoActed({ ...agent, metadata: { agentName: 'Logs' } })).toBe('Logs');
  expect(whoActed({ ...agent, metadata: {} })).toBe('0a1b2c3d4e5f');
  expect(whoActed({ ...agent, actorType: 'system', actorId: 'system' })).toBeUndefined();
});

describe('the export', () => {
  it('has one entry a line', () => {
    expect(toJsonLines([{ auditId: 'a', hash: 'sha256:1' }, { auditId: 'b\n' }])).toBe(
      '{"auditId":"a","hash":"sha256:1"}\n{"auditId":"b\\n"}\n',
    );
    expect(toJsonLines([])).toBe('');
  });

  it('is a table that a spreadsheet reads, with quotes, commas and new lines in their cells', () => {
    const [head, line] = toCsv([{ ...entry, metadata: { notes: 'a "b",\nc' } }]).split('\r\n');
    expect(head).toBe(
      'timestamp,action,actorType,actorId,actorEmail,resourceType,resourceId,incidentId,metadata,auditId,hash',
    );
    expect(line).toBe(
      '2026-03-03T14:00:00.000Z,remediation.approved,user,usr_ana,ana@a.example,,,inc_1,"{""notes"":""a \\""b\\"",\\nc""}",aud_1,',
    );
  });

  it('holds no formula that a spreadsheet would run', () => {
    for (const actorId of ['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', '\t=1'])
      expect(toCsv([{ ...entry, actorId }])).toContain(`'${actorId.replaceAll('"', '""')}`);
  });
});

describe('the address', () => {
  it('says the filters, and what it does not know is dropped', () => {
    expect(
      AuditSearch.parse({ action: 'access.refused', actor: 'user', incident: 'inc_1', from: '2026-03-01' }),
    ).toEqual({
      action: 'access.refused',
      actor: 'user',
      incident: 'inc_1',
      from: '2026-03-01',
    });
    expect(AuditSearch.parse({ actor: 'ghost', other: 1, to: 'soon' })).toEqual({ actor: undefined, to: undefined });
  });

  it('means whole days, in the zone that times are shown in', () => {
    const search = { from: '2026-03-01', to: '2026-03-03' };
    expect(auditFiltersOf(search, 'utc')).toMatchObject({
      from: '2026-03-01T00:00:00.000Z',
      to: '2026-03-03T23:59:59.999Z',
    });
    expect(auditFiltersOf(search, 'local').from).toBe(new Date(2026, 2, 1).toISOString());
  });
});
