import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { incidentOf, toNewEvent } from './incidents/stored-event.ts';
import { openEmbeddedLog } from './log/embedded-log.ts';
import { type EventLog, type LoggedEvent, PAGE_BYTES, TENANT_STREAM } from './log/event-log.ts';
import type { StateStore } from './log/state-store.ts';
import { streamPages } from './log/stream-pages.ts';
import { temporaryDirectory } from './log/testing/temporary-directory.ts';
import { createServices, type Services } from './services.ts';
import { openLong } from './testing/long-incident.ts';
import { TENANT } from './testing/people.ts';

const servicesOn = async (log: EventLog, state: StateStore): Promise<Services> => {
  const services = await createServices({
    log,
    state,
    archive: null,
    logger: pino({ level: 'silent' }),
    now: Date.now,
  });
  onTestFinished(() => services.close());
  return services;
};

test('what another node commits while the log is read at the start is not missed', async () => {
  const { log, state, close } = await openEmbeddedLog({ dataDir: await temporaryDirectory() });
  onTestFinished(close);
  await openLong(log, TENANT, 'inc_before', 1);
  let ends = 0;
  const interrupted: EventLog = {
    ...log,
    // The end of what there is to read, and then there is more: first for the records, then for the audit's chain.
    async scan(scan) {
      const page = await log.scan(scan);
      if (page.length > 0) return page;
      ends += 1;
      await openLong(log, TENANT, `inc_meanwhile_${ends}`, 1);
      return page;
    },
  };
  const services = await servicesOn(interrupted, state);
  await openLong(log, TENANT, 'inc_after', 1);
  expect(ends).toBeGreaterThan(1);
  const ids = services.records.incidents(TENANT).map(({ incidentId }) => incidentId);
  const meanwhile = Array.from({ length: ends }, (_, index) => `inc_meanwhile_${index + 1}`);
  expect(ids.toSorted()).toEqual(['inc_after', 'inc_before', ...meanwhile].toSorted());
});

test('what a monitor opened and a crash left without agents is dispatched at the next start, once', async () => {
  const { log, state, close } = await openEmbeddedLog({ dataDir: await temporaryDirectory() });
  onTestFinished(close);
  const told = (method: string, incidentId: string, more: object) =>
    toNewEvent(method, {
      ...more,
      incidentId,
      eventId: `evt_${method}_${incidentId}`,
      timestamp: '2026-01-01T00:00:00Z',
    });
  const opened = (incidentId: string, source: string) =>
    told('incident.created', incidentId, {
      title: incidentId,
      description: '',
      severity: 'low',
      status: 'open',
      source,
    });
  const events = [
    opened('inc_left', 'automated'),
    opened('inc_sent', 'automated'),
    told('investigation.dispatched', 'inc_sent', { title: '', description: '', severity: 'low' }),
    opened('inc_over', 'automated'),
    told('incident.status_changed', 'inc_over', { previousStatus: 'open', newStatus: 'closed' }),
    opened('inc_person', 'manual'),
  ];
  await log.append({ tenantId: TENANT, stream: TENANT_STREAM, events });
  const dispatched = async (): Promise<string[]> => {
    const all = await log.scan({ afterPosition: 0, limit: 1_000, methods: ['investigation.dispatched'] });
    return all.map(incidentOf);
  };

  const { records } = await servicesOn(log, state);
  await vi.waitFor(() => expect(records.incident(TENANT, 'inc_left')?.status).toBe('investigating'));
  expect(await dispatched()).toEqual(['inc_sent', 'inc_left']);

  await servicesOn(log, state);
  // Whatever a start appends comes before what is appended after it.
  await log.append({ tenantId: TENANT, stream: TENANT_STREAM, events: [opened('inc_last', 'automated')] });
  await vi.waitFor(async () => expect(await dispatched()).toContain('inc_last'));
  expect(await dispatched()).toEqual(['inc_sent', 'inc_left', 'inc_last']);
});

test('events of a mebibyte each are read a few at a time, at a start and after it', async () => {
  const { log, state, close } = await openEmbeddedLog({ dataDir: await temporaryDirectory() });
  onTestFinished(close);
  await openLong(log, TENANT, 'inc_large', 0);
  const ids = Array.from({ length: 10 }, (_, index) => `evt_large_${index}`);
  for (const eventId of ids) {
    const found = { rootCause: 'x'.repeat(1024 * 1024), confidence: 1, recommendedActions: [] };
    const params = { ...found, eventId, incidentId: 'inc_large', timestamp: '2026-01-01T00:00:00Z' };
    const events = [toNewEvent('investigation.completed', params)];
    await log.append({ tenantId: TENANT, stream: 'inc_large', events });
  }
  const pages: (readonly LoggedEvent[])[] = [];
  const watched: EventLog = {
    ...log,
    async read(range) {
      const page = await log.read(range);
      pages.push(page.events);
      return page;
    },
    async scan(scan) {
      const page = await log.scan(scan);
      pages.push(page);
      return page;
    },
  };
  const { records, investigations, audit } = await servicesOn(watched, state);
  const large = { tenantId: TENANT, stream: 'inc_large' };
  expect(records.incident(TENANT, 'inc_large')?.rootCause).toHaveLength(1024 * 1024);
  expect((await investigations.get(TENANT, 'inc_large')).events).toBe(10);
  expect((await investigations.at(TENANT, 'inc_large', { events: 9 })).events).toBe(9);
  const read: string[] = [];
  for await (const page of streamPages(watched, large)) read.push(...page.map(({ eventId }) => eventId));
  expect(read).toEqual(ids);
  // Those of the ten, and of the opening.
  await vi.waitFor(async () => expect(await audit.entries(TENANT)).toHaveLength(11), 10_000);
  const bytes = pages.map((page) => page.reduce((sum, { params }) => sum + Buffer.byteLength(params), 0));
  expect(Math.max(...bytes)).toBeLessThanOrEqual(PAGE_BYTES);
});
