import { expect, onTestFinished, test } from 'vitest';
import { openEmbeddedLog } from '../log/embedded-log.ts';
import type { EventLog } from '../log/event-log.ts';
import { temporaryDirectory } from '../log/testing/temporary-directory.ts';
import { createMeters } from '../metrics/meters.ts';
import { range } from '../testing/shared.ts';
import { createHub } from './hub.ts';
import { createReaderShare } from './share.ts';
import { createSink } from './sink.ts';
import { createSubscriptions } from './subscriptions.ts';
import { seqBeforeLast } from './tail-start.ts';

const STREAM = { tenantId: 'ten_a', stream: 'inc_1' };
const EVENTS = 2_500;

/** A log with one long stream, which counts the pages that are read of it. */
const open = async (changed: Partial<EventLog> = {}) => {
  const { log, close } = await openEmbeddedLog({ dataDir: await temporaryDirectory() });
  onTestFinished(close);
  const events = range(EVENTS).map((number) => ({ eventId: `evt_${number}`, method: 'm', key: '', params: '{}' }));
  await log.append({ ...STREAM, events });
  let reads = 0;
  const counted: EventLog = {
    ...log,
    read(range) {
      reads += 1;
      return log.read(range);
    },
    ...changed,
  };
  return { log: counted, reads: () => reads };
};

/** As where one seq in ten was never given out. */
const MISSING = { count: () => Promise.resolve(EVENTS - EVENTS / 10) };

test.each([0, 1, 1_700, EVENTS, 10_000])(
  'the last %i of a stream that lacks no seq are found without reading',
  async (count) => {
    const { log, reads } = await open();
    expect(await seqBeforeLast(log, STREAM, EVENTS, count)).toBe(Math.max(0, EVENTS - count));
    expect(reads()).toBe(0);
  },
);

test('the last ones before a head that is not the newest any more are found without reading, too', async () => {
  const { log, reads } = await open();
  expect(await seqBeforeLast(log, STREAM, EVENTS - 500, 100)).toBe(EVENTS - 600);
  expect(reads()).toBe(0);
});

test('the last ones of a stream that lacks some are counted page by page', async () => {
  const { log, reads } = await open(MISSING);
  expect(await seqBeforeLast(log, STREAM, EVENTS, 1_700)).toBe(EVENTS - 1_700);
  expect(reads()).toBe(2);
});

test('a subscription that is there already, or one too many, is answered without looking for its start', async () => {
  const { log, reads } = await open(MISSING);
  const hub = createHub(log);
  const outlet = { isOpen: () => true, write: () => undefined, gather: () => undefined, encode: Buffer.from };
  const subscriptions = createSubscriptions({
    log,
    hub,
    sink: createSink(outlet, () => 0, createReaderShare(1)),
    meters: createMeters(),
    tenantId: STREAM.tenantId,
    most: 1,
    onLimit: () => undefined,
    watch: () => () => undefined,
    onEnd: () => undefined,
    onFailure: (error) => {
      throw error;
    },
  });
  onTestFinished(() => {
    subscriptions.endAll();
    hub.close();
  });
  const subscribe = (kind: 'investigation' | 'remediation') =>
    subscriptions.subscribe(kind, { incidentId: STREAM.stream, tail: 10_000 });
  const first = await subscribe('investigation');
  expect(first.kind).toBe('stream');
  const before = reads();
  expect(before).toBeGreaterThan(2);
  const { result } = first.kind === 'stream' ? first : { result: undefined };
  expect(await subscribe('investigation')).toEqual({ kind: 'ok', result });
  expect(await subscribe('remediation')).toMatchObject({ kind: 'refused', error: { code: -32004 } });
  expect(reads()).toBe(before);
});
