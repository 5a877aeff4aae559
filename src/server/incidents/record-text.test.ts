import { expect, onTestFinished, test } from 'vitest';
import { openEmbeddedLog } from '../log/embedded-log.ts';
import { type EventLog, LogUnavailable } from '../log/event-log.ts';
import { temporaryDirectory } from '../log/testing/temporary-directory.ts';
import { appendLong, openLong } from '../testing/long-incident.ts';
import { TENANT } from '../testing/people.ts';
import { createDigest, recordOf } from './record-text.ts';
import { createRecords, type IncidentRecord } from './records.ts';

const INCIDENT = 'inc_record';

const logOf = async (events: number): Promise<{ log: EventLog; record: IncidentRecord }> => {
  const { log, close } = await openEmbeddedLog({ dataDir: await temporaryDirectory() });
  onTestFinished(close);
  await openLong(log, TENANT, INCIDENT, events);
  const records = createRecords();
  await records.rebuild(log, () => undefined);
  const record = records.incident(TENANT, INCIDENT);
  if (record === undefined) throw new Error('There is no such incident.');
  return { log, record };
};

const linesOf = async (log: Pick<EventLog, 'read'>, record: IncidentRecord) => {
  const parts: string[] = [];
  for await (const part of recordOf(log, record)) parts.push(part);
  return { parts, lines: parts.join('').trimEnd().split('\n') };
};

test.each([0, 1, 2_500])(
  'a record of %i events comes in parts of whole lines with one digest over all',
  async (events) => {
    const { log, record } = await logOf(events);
    const { parts, lines } = await linesOf(log, record);
    expect(parts.every((part) => part.endsWith('\n'))).toBe(true);
    expect(lines).toHaveLength(events + 2);
    const digest = createDigest();
    for (const line of lines.slice(0, -1)) digest.add(`${line}\n`);
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ type: 'end', events, digest: digest.value() });
  },
);

test('a record ends where the incident stood when it was asked for, though events come faster than it is read', async () => {
  const { log, record } = await logOf(1_500);
  let end = 1_500;
  const growing: Pick<EventLog, 'read'> = {
    async read(range) {
      const page = await log.read(range);
      await appendLong(log, { tenantId: TENANT, incidentId: INCIDENT, from: end + 1, to: end + 1_000 });
      end += 1_000;
      return page;
    },
  };
  const { lines } = await linesOf(growing, record);
  expect(lines).toHaveLength(1_500 + 2);
});

test('where the log cannot be read, nothing is given that looks like a record', async () => {
  const { record } = await logOf(1);
  const given: string[] = [];
  const read = async () => {
    throw new LogUnavailable('no disk');
  };
  await expect(async () => {
    for await (const part of recordOf({ read }, record)) given.push(part);
  }).rejects.toThrow('no disk');
  expect(given).toEqual([]);
});
