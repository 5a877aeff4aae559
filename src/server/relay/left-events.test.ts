import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRecords } from '../incidents/records.ts';
import { openEmbeddedLog } from '../log/embedded-log.ts';
import { type EventLog, TENANT_STREAM } from '../log/event-log.ts';
import { temporaryDirectory } from '../log/testing/temporary-directory.ts';
import { createMeters } from '../metrics/meters.ts';
import { range } from '../testing/shared.ts';
import { createHub } from './hub.ts';
import { createReaderShare, type ReaderShare } from './share.ts';
import { createSink, type Outlet } from './sink.ts';
import { createSubscriptions } from './subscriptions.ts';
import { createTenantFeeds } from './tenant-feeds.ts';

const KINDS = ['investigation', 'remediation'] as const;
const INCIDENTS = ['inc_1', 'inc_2'] as const;
/** Few of these are more than a reader's share among so many holds: it falls behind, and reads the log in small pages. */
const PADDING = 'x'.repeat(3_000);
const READERS = 64;

const kind = fc.constantFrom(...KINDS);
const incidentId = fc.constantFrom(...INCIDENTS);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: fc.constant('append' as const), incidentId, kind }) },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant('subscribe' as const), incidentId, kind, isWhole: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('unsubscribe' as const), incidentId, kind }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('take' as const), writes: fc.integer({ min: 1, max: 6 }) }) },
);

/** One connection with the tenant's notifications, whose reader takes what is written when it is told to. */
const connect = (log: EventLog, share: ReaderShare, tenantId: string) => {
  const seen: string[] = [];
  const untaken: (() => void)[] = [];
  let isTakingAll = false;
  const outlet: Outlet = {
    isOpen: () => true,
    write(bytes, onTaken) {
      for (const [, eventId = ''] of bytes.toString().matchAll(/"eventId":"(\w+)"/g)) seen.push(eventId);
      if (isTakingAll) setImmediate(onTaken);
      else untaken.push(onTaken);
    },
    gather: () => undefined,
    encode: Buffer.from,
  };
  const take = (writes: number): void => {
    for (const onTaken of untaken.splice(0, writes)) onTaken();
  };
  const onFailure = (error: unknown): void => {
    throw error;
  };
  const hub = createHub(log);
  const sink = createSink(outlet, () => 0, share);
  const common = { log, hub, sink, meters: createMeters(), tenantId, onFailure };
  const subscriptions = createSubscriptions({
    ...common,
    most: 10,
    onLimit: () => undefined,
    watch: () => () => undefined,
    onEnd: (ended) => tenantFeeds.takeBack(ended),
  });
  const tenantFeeds = createTenantFeeds({ ...common, records: createRecords(), feedWith: subscriptions.feedWith });
  tenantFeeds.startNotifications(undefined);
  return {
    seen,
    subscriptions,
    take,
    takeAll() {
      isTakingAll = true;
      take(untaken.length);
    },
    close() {
      sink.closed();
      subscriptions.endAll();
      tenantFeeds.endAll();
      hub.close();
    },
  };
};

test('whatever subscriptions come and go, and however slow the reader is, a tenant’s events all reach it', async () => {
  const { log, close } = await openEmbeddedLog({ dataDir: await temporaryDirectory() });
  onTestFinished(close);
  const share = createReaderShare(1);
  for (const _ of range(READERS)) share.join();
  let tenants = 0;
  let events = 0;

  const append = async (tenantId: string, stream: string, method: string): Promise<string> => {
    events += 1;
    const eventId = `evt_${events}`;
    const params = JSON.stringify({ eventId, incidentId: stream, padding: PADDING });
    await log.append({ tenantId, stream, events: [{ eventId, method, key: '', params }] });
    return eventId;
  };

  const property = fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
    tenants += 1;
    const tenantId = `ten_${tenants}`;
    const reader = connect(log, share, tenantId);
    const appended: string[] = [];
    for (const one of steps) {
      if (one.act === 'take') reader.take(one.writes);
      if (one.act === 'unsubscribe') reader.subscriptions.unsubscribe(one, one.kind);
      if (one.act === 'append') {
        const method = one.kind === 'investigation' ? 'investigation.progress' : 'remediation.proposed';
        appended.push(await append(tenantId, one.incidentId, method));
      }
      if (one.act === 'subscribe') {
        const from = one.isWhole ? { afterSeq: 0 } : {};
        const outcome = await reader.subscriptions.subscribe(one.kind, { incidentId: one.incidentId, ...from });
        if (outcome.kind === 'stream') outcome.start();
      }
    }
    for (const incidentId of INCIDENTS) reader.subscriptions.unsubscribe({ incidentId });
    reader.takeAll();
    const last = await append(tenantId, TENANT_STREAM, 'incident.created');
    await vi.waitFor(() => expect(reader.seen).toContain(last), { timeout: 10_000, interval: 5 });
    reader.close();
    const seen = new Set(reader.seen);
    expect(appended.filter((eventId) => !seen.has(eventId))).toEqual([]);
  });
  await fc.assert(property, { numRuns: 100 });
}, 60_000);
