import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { Archive } from '../cluster/archive.ts';
import { openEmbeddedLog } from '../log/embedded-log.ts';
import { TENANT_STREAM } from '../log/event-log.ts';
import { temporaryDirectory } from '../log/testing/temporary-directory.ts';
import { createGate } from '../testing/gate.ts';
import { keepArchive } from './archive-keeper.ts';
import { createRecords } from './records.ts';
import { toNewEvent } from './stored-event.ts';

const TENANT = 'ten_1';
const ENDED = Array.from({ length: 20 }, (_, index) => `inc_${index}`);
/** So many that a record is read in several pages. */
const EVENTS = 3_500;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

/** A keeper with incidents that have ended before it began, as after a start. */
const open = async (archive: Archive) => {
  const storage = await openEmbeddedLog({ dataDir: await temporaryDirectory() });
  onTestFinished(storage.close);
  const { log, state } = storage;
  const append = (stream: string, method: string, params: Record<string, unknown> & { eventId: string }) =>
    log.append({ tenantId: TENANT, stream, events: [toNewEvent(method, params)] });
  const timestamp = '2026-01-01T00:00:00.000Z';
  for (const incidentId of ENDED) {
    const about = { title: 'Checkout is slow', severity: 'medium', status: 'open', source: 'manual', description: '' };
    await append(TENANT_STREAM, 'incident.created', { eventId: `evt_${incidentId}`, incidentId, ...about, timestamp });
    const change = { previousStatus: 'open', newStatus: 'closed' };
    await append(TENANT_STREAM, 'incident.status_changed', {
      eventId: `end_${incidentId}`,
      incidentId,
      ...change,
      timestamp,
    });
  }
  const events = Array.from({ length: EVENTS }, (_, index) =>
    toNewEvent('investigation.progress', { eventId: `evt_${index}`, message: 'Looking', agentName: 'Probe' }),
  );
  await log.append({ tenantId: TENANT, stream: ENDED[0] ?? '', events });
  const records = createRecords();
  await records.rebuild(log, () => undefined);
  const troubles: unknown[] = [];
  const keeper = keepArchive({ archive, log, state, records, onTrouble: (error) => troubles.push(error) });
  return { keeper, troubles, state };
};

test('looks at no more incidents once it is ended, however many are left', async () => {
  const asked: string[] = [];
  const held = createGate();
  const { keeper, troubles } = await open({
    async version(name) {
      asked.push(name);
      await held.opened;
      return undefined;
    },
    keep: () => Promise.resolve(),
  });
  vi.advanceTimersByTime(2_000);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  const closed = keeper.close();
  held.open();
  await closed;
  expect(asked).toHaveLength(1);
  expect(troubles).toEqual([]);
});

test('breaks off the record that it is keeping once it is ended, and leaves it to others at once', async () => {
  const held = createGate();
  const parts: string[] = [];
  let broken: unknown;
  const { keeper, troubles, state } = await open({
    version: () => Promise.resolve(undefined),
    async keep(_, __, text) {
      try {
        for await (const part of text) {
          parts.push(part);
          await held.opened;
        }
      } catch (error) {
        broken = error;
        throw error;
      }
    },
  });
  vi.advanceTimersByTime(2_000);
  await vi.waitFor(() => expect(parts).toHaveLength(1));
  const name = `${TENANT}/${ENDED[0]}.jsonl`;
  expect(await state.get('archive', name)).toBeDefined();
  const closed = keeper.close();
  held.open();
  await closed;
  expect(parts).toHaveLength(1);
  expect(broken).toBeInstanceOf(Error);
  expect(await state.get('archive', name)).toBeUndefined();
  expect(troubles).toEqual([]);
});
