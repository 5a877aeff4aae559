import { expect, onTestFinished, test } from 'vitest';
import type { AuditEntry } from '../../protocol/api-steering.ts';
import { openEmbeddedLog } from '../log/embedded-log.ts';
import { type EventLog, LogUnavailable, TENANT_STREAM } from '../log/event-log.ts';
import { temporaryDirectory } from '../log/testing/temporary-directory.ts';
import { type Keep, untilKept } from '../log/until-kept.ts';
import { auditIdOf, createAudit } from './audit.ts';
import { verifyEntries } from './chain.ts';

const tenantId = 'ten_a';

const openLog = async (): Promise<EventLog> => {
  const { log, close } = await openEmbeddedLog({ dataDir: await temporaryDirectory() });
  onTestFinished(close);
  return log;
};

const decide = async (log: EventLog, ids: readonly string[], more: Record<string, unknown> = {}): Promise<void> => {
  const events = ids.map((eventId) => ({
    eventId,
    method: 'incident.status_changed',
    key: '',
    params: JSON.stringify({
      eventId,
      incidentId: 'inc_1',
      previousStatus: 'open',
      newStatus: 'closed',
      by: 'ana@a.example',
      timestamp: '2026-01-01T00:00:00.000Z',
      ...more,
    }),
  }));
  await log.append({ tenantId, stream: TENANT_STREAM, events });
};

/** A failure fails the test. */
const once: Keep = async (work) => void (await work());

/** An audit that hears the log, as the server's does. */
const listening = (log: EventLog) => {
  const audit = createAudit(log, once);
  onTestFinished(log.tail((events) => void events.map(audit.consider)));
  return audit;
};

const chainOf = async (count: number): Promise<readonly AuditEntry[]> => {
  const log = await openLog();
  const audit = listening(log);
  await decide(
    log,
    Array.from({ length: count }, (_, index) => `evt_${index}`),
  );
  return audit.entries(tenantId);
};

const verdicts = (chain: readonly AuditEntry[], ids: readonly string[]): boolean[] =>
  verifyEntries(chain, ids).map(({ verified }) => verified);

test('every decision leaves one entry, in order, each sealed over the one before it', async () => {
  const chain = await chainOf(5);
  expect(chain).toHaveLength(5);
  expect(new Set(chain.map(({ hash }) => hash)).size).toBe(5);
  expect(chain.slice(1).map(({ previousHash }) => previousHash)).toEqual(chain.slice(0, -1).map(({ hash }) => hash));
  expect(chain[0]).toMatchObject({
    action: 'incident.status_changed',
    actorType: 'user',
    actorEmail: 'ana@a.example',
    resourceType: 'incident',
    resourceId: 'inc_1',
    incidentId: 'inc_1',
    metadata: { previousStatus: 'open', newStatus: 'closed' },
  });
  const ids = chain.map(({ auditId }) => auditId);
  expect(verdicts(chain, ids)).toEqual([true, true, true, true, true]);
});

test.each([
  ['actorEmail', 'bea@a.example'],
  ['timestamp', '2027-01-01T00:00:00.000Z'],
  ['action', 'incident.created'],
  ['metadata', {}],
  ['previousHash', `sha256:${'1'.repeat(64)}`],
  ['hash', `sha256:${'1'.repeat(64)}`],
])('an entry whose %s was changed is found', async (field, value) => {
  const chain = await chainOf(3);
  const ids = chain.map(({ auditId }) => auditId);
  const changed = chain.map((entry, index) => (index === 1 ? { ...entry, [field]: value } : entry));
  expect(verdicts(changed, ids)[1]).toBe(false);
  expect(verdicts(changed, ids)[0]).toBe(true);
});

test('an entry that was changed and sealed anew is found by the one after it', async () => {
  const chain = await chainOf(3);
  const forged = chain.map((entry, index) => (index === 1 ? { ...entry, actorEmail: 'bea@a.example' } : entry));
  const [, result] = verifyEntries(
    forged,
    forged.map(({ auditId }) => auditId),
  );
  const sealed = forged.map((entry, index) => (index === 1 ? { ...entry, hash: result?.computedHash ?? '' } : entry));
  expect(
    verdicts(
      sealed,
      sealed.map(({ auditId }) => auditId),
    ),
  ).toEqual([true, true, false]);
});

test('an entry that was removed is found, itself and by the one after it', async () => {
  const chain = await chainOf(3);
  const ids = chain.map(({ auditId }) => auditId);
  const removed = chain.filter((_, index) => index !== 1);
  expect(verdicts(removed, ids)).toEqual([true, false, false]);
  expect(verifyEntries(removed, ids)[1]).toMatchObject({ computedHash: null, storedHash: null });
  expect(verdicts(chain.slice(1), ids)).toEqual([false, false, true]);
});

test('entries that were reordered, or one that was put in between, are found', async () => {
  const chain = await chainOf(4);
  const ids = chain.map(({ auditId }) => auditId);
  const [a, b, c, d] = chain;
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('no chain');
  expect(verdicts([a, c, b, d], ids)).toEqual([true, false, false, false]);
  const forged = { ...b, auditId: 'aud_forged' };
  expect(verdicts([a, b, forged, c, d], [...ids, 'aud_forged'])).toEqual([true, true, true, true, false]);
});

test('what a crash left out is put on record at the next start, and nothing twice', async () => {
  const log = await openLog();
  const first = createAudit(log, once);
  const end = log.tail((events) => void events.map(first.consider));
  await decide(log, ['evt_1', 'evt_2']);
  await first.idle();
  end();
  await decide(log, ['evt_3', 'evt_4']);
  for (const _ of [1, 2]) {
    const audit = createAudit(log, once);
    await audit.catchUp();
    const chain = await audit.entries(tenantId);
    expect(chain).toHaveLength(4);
    const ids = chain.map(({ auditId }) => auditId);
    expect(verdicts(chain, ids)).toEqual([true, true, true, true]);
  }
});

test('what only looks like an entry keeps nothing from being put on record at a start', async () => {
  const log = await openLog();
  const params = JSON.stringify({ eventId: 'evt_x', position: Number.MAX_SAFE_INTEGER });
  const forged = { eventId: 'evt_x', method: 'audit.recorded', key: '', params };
  await log.append({ tenantId, stream: 'inc_1', events: [forged] });
  await decide(log, ['evt_1']);
  const audit = createAudit(log, once);
  await audit.catchUp();
  expect(await audit.entries(tenantId)).toHaveLength(1);
});

test('what the log cannot take for a moment is put on record after it, in its order', async () => {
  const log = await openLog();
  const refused: unknown[] = [];
  let refusals = 2;
  const flaky: EventLog = {
    ...log,
    async append(append) {
      refusals -= 1;
      if (refusals >= 0) throw new LogUnavailable('the disk is full');
      return log.append(append);
    },
  };
  const audit = createAudit(flaky, (work) =>
    untilKept(work, { signal: new AbortController().signal, onFailure: (error) => void refused.push(error) }),
  );
  onTestFinished(log.tail((events) => void events.map(audit.consider)));
  await decide(log, ['evt_1', 'evt_2', 'evt_3']);
  const chain = await audit.entries(tenantId);
  expect(chain.map(({ auditId }) => auditId)).toEqual(['evt_1', 'evt_2', 'evt_3'].map(auditIdOf));
  expect(refused).toHaveLength(2);
});

test.each([
  ['is', 0],
  ['turns out to be', 2],
])('what has been sealed is read while the log %s away', async (_, healthy) => {
  const log = await openLog();
  const first = createAudit(log, once);
  const end = log.tail((events) => void events.map(first.consider));
  await decide(log, ['evt_1']);
  const sealed = await first.entries(tenantId);
  end();
  let asked = 0;
  const away: EventLog = {
    ...log,
    health() {
      asked += 1;
      return asked > healthy ? 'unavailable' : 'healthy';
    },
  };
  const audit = createAudit(away, () => new Promise(() => undefined));
  onTestFinished(log.tail((events) => void events.map(audit.consider)));
  await decide(log, ['evt_2']);
  expect(sealed).toHaveLength(1);
  expect(await audit.entries(tenantId)).toEqual(sealed);
});

test('who acted is what the server wrote of it, and in events from before it did what they say', async () => {
  const log = await openLog();
  const audit = listening(log);
  await decide(log, ['evt_old']);
  await decide(log, ['evt_new'], { actor: { type: 'user', id: 'usr_bea' } });
  await decide(log, ['evt_named'], { actor: { type: 'user', id: 'usr_bea', email: 'bea@a.example' }, userId: 'usr_x' });
  await decide(log, ['evt_key'], { actor: { type: 'ai_agent', id: '0a1b2c3d4e5f' } });
  await decide(log, ['evt_server'], { by: 'system' });
  await decide(log, ['evt_broken'], { actor: 'usr_bea' });
  const chain = await audit.entries(tenantId);
  expect(chain.map(({ actorType, actorId, actorEmail }) => [actorType, actorId, actorEmail])).toEqual([
    ['user', 'ana@a.example', 'ana@a.example'],
    ['user', 'usr_bea', null],
    ['user', 'usr_bea', 'bea@a.example'],
    ['ai_agent', '0a1b2c3d4e5f', null],
    ['system', 'system', null],
    ['user', 'ana@a.example', 'ana@a.example'],
  ]);
  const ids = chain.map(({ auditId }) => auditId);
  expect(verdicts(chain, ids)).not.toContain(false);
});

test('what was decided elsewhere, and came with an imported record, is no entry here', async () => {
  const log = await openLog();
  const audit = listening(log);
  await decide(log, ['evt_1'], { importedAt: '2026-02-01T00:00:00.000Z' });
  await decide(log, ['evt_2']);
  expect(await audit.entries(tenantId)).toHaveLength(1);
});
