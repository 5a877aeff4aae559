import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { emptyInvestigation } from '../../incident/empty.ts';
import { fold } from '../../incident/fold.ts';
import { openEmbeddedLog } from '../log/embedded-log.ts';
import type { EventLog } from '../log/event-log.ts';
import type { StateStore } from '../log/state-store.ts';
import { temporaryDirectory } from '../log/testing/temporary-directory.ts';
import { appendLong, longEvents, openLong } from '../testing/long-incident.ts';
import { createInvestigations, type Investigations } from './investigations.ts';
import { createSnapshots } from './snapshots.ts';

const TENANT = 'ten_1';
const INCIDENT = 'inc_1';
const COUNT = 11_500;

let storage: Awaited<ReturnType<typeof openEmbeddedLog>>;
let opened: Investigations[] = [];
beforeEach(async () => {
  storage = await openEmbeddedLog({ dataDir: await temporaryDirectory() });
});
afterEach(async () => {
  for (const investigations of opened) investigations.close();
  opened = [];
  await storage.close();
});

const open = (log: EventLog): Investigations => {
  const investigations = createInvestigations(log, storage.state, fail);
  opened.push(investigations);
  return investigations;
};

const fail = (error: unknown): void => {
  throw error;
};
const foldOf = (count: number) => fold(emptyInvestigation(INCIDENT), longEvents(INCIDENT, count));

/** A log that remembers from where on it was read. */
const watched = (log: EventLog) => {
  const from: number[] = [];
  const read: EventLog['read'] = (range) => {
    from.push(range.afterSeq ?? 0);
    return log.read(range);
  };
  return { log: { ...log, read }, from };
};

const newestSnapshot = async (state: StateStore): Promise<number> =>
  (await createSnapshots(state, storage.log.epoch).before(TENANT, INCIDENT))?.seq ?? 0;

test('after a restart nobody folds what was folded before', async () => {
  const { log, state } = storage;
  await openLong(log, TENANT, INCIDENT, COUNT);
  const before = await open(log).get(TENANT, INCIDENT);
  await vi.waitFor(async () => expect(await newestSnapshot(state)).toBeGreaterThanOrEqual(10_000));
  const { log: seen, from } = watched(log);
  const again = open(seen);
  expect(await again.get(TENANT, INCIDENT)).toEqual(before);
  expect(before).toMatchObject({ seq: COUNT, events: COUNT, investigation: foldOf(COUNT) });
  expect(Math.min(...from)).toBeGreaterThanOrEqual(10_000);
  from.length = 0;
  expect((await again.at(TENANT, INCIDENT, { seq: 6_000 })).investigation).toEqual(foldOf(6_000));
  expect(Math.min(...from)).toBeGreaterThanOrEqual(5_000);
});

test('what grows while nobody looks is folded meanwhile', async () => {
  const { log, state } = storage;
  const investigations = open(log);
  const end = log.tail((events) => investigations.consider(events));
  await openLong(log, TENANT, INCIDENT, COUNT);
  await vi.waitFor(async () => expect(await newestSnapshot(state)).toBeGreaterThanOrEqual(5_000), 10_000);
  end();
});

test('a snapshot of another log, or one with a part missing, is as if there were none', async () => {
  const { log, state } = storage;
  await openLong(log, TENANT, INCIDENT, 6_000);
  const standing = await open(log).get(TENANT, INCIDENT);
  const other = createSnapshots(state, 'another epoch');
  await other.save(TENANT, INCIDENT, { ...standing, events: 1, investigation: emptyInvestigation(INCIDENT) });
  await appendLong(log, { tenantId: TENANT, incidentId: INCIDENT, from: 6_001, to: 6_100 });
  const expected = { seq: 6_100, events: 6_100, investigation: foldOf(6_100) };
  expect(await open(log).get(TENANT, INCIDENT)).toMatchObject(expected);

  const snapshots = createSnapshots(state, log.epoch);
  await snapshots.save(TENANT, INCIDENT, standing);
  expect(await snapshots.before(TENANT, INCIDENT)).toEqual(standing);
  await state.delete('investigation-snapshots', `${TENANT}/${INCIDENT}/${standing.seq}/0`);
  expect(await createSnapshots(state, log.epoch).before(TENANT, INCIDENT)).toBeUndefined();
  expect(await open(log).get(TENANT, INCIDENT)).toMatchObject(expected);
});
