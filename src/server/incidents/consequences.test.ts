import { expect, onTestFinished, test, vi } from 'vitest';
import type { IncidentStatus } from '../../protocol/values.ts';
import { openEmbeddedLog } from '../log/embedded-log.ts';
import { type Append, type AppendResult, type EventLog, LogUnavailable, TENANT_STREAM } from '../log/event-log.ts';
import { temporaryDirectory } from '../log/testing/temporary-directory.ts';
import { type Keep, untilKept } from '../log/until-kept.ts';
import { createConsequences } from './consequences.ts';
import { derivedId } from './derived-id.ts';
import { createRecords, type Records, statusKey } from './records.ts';
import { setStatus } from './status-changes.ts';
import { incidentOf, readParams, toNewEvent } from './stored-event.ts';

const tenantId = 'ten_a';
const INCIDENT = 'inc_1';
const timestamp = '2026-01-01T00:00:00.000Z';
const PLAN = { remediationId: 'rem_1', title: 'Fix', requiresApproval: true, steps: ['Create'], approvalId: 'apr_1' };

const openLog = async (): Promise<EventLog> => {
  const { log, close } = await openEmbeddedLog({ dataDir: await temporaryDirectory() });
  onTestFinished(close);
  return log;
};

const openIncident = async (log: EventLog, status: IncidentStatus, incidentId = INCIDENT): Promise<void> => {
  const opened = {
    eventId: `evt_${incidentId}`,
    incidentId,
    title: 'Slow',
    severity: 'high',
    status,
    source: 'manual',
  };
  const events = [toNewEvent('incident.created', { ...opened, timestamp })];
  await log.append({ tenantId, stream: TENANT_STREAM, events });
};

const idOf = (method: string, incidentId: string): string => `evt_${method}_${incidentId}`;

/** What an agent or a person does, once in an incident. */
const tell = async (log: EventLog, method: string, incidentId = INCIDENT): Promise<void> => {
  const event = toNewEvent(method, { ...PLAN, eventId: idOf(method, incidentId), incidentId, timestamp });
  const stream = method === 'investigation.dispatched' ? TENANT_STREAM : incidentId;
  await log.append({ tenantId, stream, events: [event] });
};

/** Stored by a server that then ended. */
const changeLeft = (log: EventLog, cause: string, newStatus: IncidentStatus, isOld = false): Promise<AppendResult> => {
  const eventId = derivedId('evt', idOf(cause, INCIDENT), 'status');
  const params = { eventId, incidentId: INCIDENT, previousStatus: 'open', newStatus, by: 'system', timestamp };
  const event = isOld
    ? toNewEvent('incident.status_changed', params)
    : toNewEvent('incident.status_changed', { ...params, cause: idOf(cause, INCIDENT) }, statusKey(INCIDENT));
  return log.append({ tenantId, stream: TENANT_STREAM, events: [event] });
};

const eventually = (look: () => unknown): Promise<unknown> => vi.waitFor(look, 10_000);

/** A failure fails the test. */
const once: Keep = async (work) => void (await work());

/** A node's projection of the log and what follows from it, as a server's. */
const startNode = async (log: EventLog, keep = once): Promise<Records> => {
  const records = createRecords();
  const consequences = createConsequences(log, records, keep);
  await records.rebuild(log, consequences.consider);
  const end = log.tail((events) => {
    for (const event of events) {
      records.apply(event);
      consequences.consider(event);
    }
  });
  onTestFinished(end);
  consequences.rebuilt();
  return records;
};

const isChangeOf = (incidentId: string, { events }: Append): boolean =>
  events.some(({ method, params }) => method === 'incident.status_changed' && params.includes(`"${incidentId}"`));

/** A log whose changes of an incident's status wait until they are let go. */
const holding = (log: EventLog, incidentId = INCIDENT) => {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const asked: Append[] = [];
  const results: AppendResult[] = [];
  const append = async (append: Append): Promise<AppendResult> => {
    if (!isChangeOf(incidentId, append)) return log.append(append);
    asked.push(append);
    await gate;
    const result = await log.append(append);
    results.push(result);
    return result;
  };
  return { log: { ...log, append }, asked, results, release };
};

const toldOf = async (log: EventLog, methods: readonly string[], incidentId = INCIDENT) =>
  (await log.scan({ afterPosition: 0, limit: 100, methods })).filter((event) => incidentOf(event) === incidentId);

const changes = async (log: EventLog, incidentId = INCIDENT): Promise<unknown[]> =>
  (await toldOf(log, ['incident.status_changed'], incidentId)).map((event) => readParams(event).newStatus);

const closeBy = (log: Pick<EventLog, 'append'>, records: Records): Promise<void> =>
  setStatus(
    log,
    records,
    { tenantId, incidentId: INCIDENT },
    { eventId: 'evt_closed', newStatus: 'closed', by: 'ana@a.example', timestamp },
  );

/** Whatever a start appends is there once what was appended after it is. */
const settled = async (log: EventLog): Promise<void> => {
  await openIncident(log, 'open', 'inc_later');
  await tell(log, 'investigation.dispatched', 'inc_later');
  await eventually(async () => expect(await changes(log, 'inc_later')).toEqual(['investigating']));
};

test.each<[IncidentStatus, string[], IncidentStatus[]]>([
  ['awaiting_approval', ['remediation.executing', 'remediation.executed'], ['remediating', 'resolved']],
  ['open', ['investigation.dispatched', 'remediation.proposed'], ['investigating', 'awaiting_approval']],
  ['investigating', ['remediation.proposed', 'remediation.rejected'], ['awaiting_approval', 'investigating']],
  ['open', ['investigation.progress', 'investigation.aborted'], ['investigating', 'open']],
])(
  'from %s %j moves it twice, also where the second comes before the first change is stored',
  async (from, told, to) => {
    const log = await openLog();
    await openIncident(log, from);
    const { log: held, release } = holding(log);
    const records = await startNode(held);
    for (const method of told) await tell(log, method);
    release();
    await eventually(async () => expect(await changes(log)).toEqual(to));
    expect(records.incident(tenantId, INCIDENT)?.status).toBe(to.at(-1));
  },
);

test('a status that a person sets while a change is on its way stays', async () => {
  const log = await openLog();
  await openIncident(log, 'awaiting_approval');
  const { log: held, asked, results, release } = holding(log);
  const records = await startNode(held);
  await tell(log, 'remediation.executing');
  await eventually(() => expect(asked).toHaveLength(1));
  await tell(log, 'remediation.executed');
  await closeBy(log, records);
  release();
  await eventually(() => expect(results).toMatchObject([{ ok: false }]));
  await settled(log);
  expect(await changes(log)).toEqual(['closed']);
  expect(records.incident(tenantId, INCIDENT)?.status).toBe('closed');
});

test('what a person sets is set, whatever the system changes first', async () => {
  const log = await openLog();
  await openIncident(log, 'awaiting_approval');
  const records = await startNode(log);
  let tries = 0;
  const overtaken: Pick<EventLog, 'append'> = {
    async append(append) {
      tries += 1;
      if (tries === 1) {
        await tell(log, 'remediation.executing');
        await eventually(async () => expect(await changes(log)).toEqual(['remediating']));
      }
      return log.append(append);
    },
  };
  await closeBy(overtaken, records);
  expect(tries).toBe(2);
  const told = await toldOf(log, ['incident.status_changed']);
  expect(told.map(readParams)).toMatchObject([
    { previousStatus: 'awaiting_approval', newStatus: 'remediating', by: 'system' },
    { previousStatus: 'remediating', newStatus: 'closed', by: 'ana@a.example' },
  ]);
});

test('no incident waits for the change of another', async () => {
  const log = await openLog();
  for (const incidentId of [INCIDENT, 'inc_2']) await openIncident(log, 'open', incidentId);
  const { log: held, asked, release } = holding(log);
  await startNode(held);
  for (const incidentId of [INCIDENT, 'inc_2']) await tell(log, 'investigation.dispatched', incidentId);
  await eventually(async () => expect(await changes(log, 'inc_2')).toEqual(['investigating']));
  expect(asked).toHaveLength(1);
  release();
  await eventually(async () => expect(await changes(log)).toEqual(['investigating']));
});

test('nodes that hear the same end with one of each', async () => {
  const log = await openLog();
  await openIncident(log, 'open');
  const nodes = await Promise.all([startNode(log), startNode(log)]);
  const methods = ['investigation.dispatched', 'remediation.proposed', 'remediation.approved', 'remediation.executed'];
  for (const method of methods) await tell(log, method);
  const expected = ['investigating', 'awaiting_approval', 'remediating', 'resolved'];
  await eventually(async () => expect(await changes(log)).toEqual(expected));
  await settled(log);
  expect(await changes(log)).toEqual(expected);
  const approvals = await toldOf(log, ['approval.requested', 'approval.resolved']);
  expect(approvals.map(({ method }) => method)).toEqual(['approval.requested', 'approval.resolved']);
  for (const records of nodes) expect(records.incident(tenantId, INCIDENT)?.status).toBe('resolved');
});

test('at a start nothing is changed before all has been read', async () => {
  const log = await openLog();
  await openIncident(log, 'investigating');
  await tell(log, 'remediation.proposed');
  const records = createRecords();
  await records.rebuild(log, () => undefined);
  await closeBy(log, records);
  await startNode({ ...log, scan: (scan) => log.scan({ ...scan, limit: 1 }) });
  await settled(log);
  expect(await changes(log)).toEqual(['closed']);
});

test('a start makes the changes that a crash left out, once', async () => {
  const log = await openLog();
  await openIncident(log, 'awaiting_approval');
  await tell(log, 'remediation.executing');
  await tell(log, 'remediation.executed');
  await tell(log, 'remediation.rollback_requested');
  await changeLeft(log, 'remediation.executing', 'remediating');
  for (const _ of [1, 2]) {
    await startNode(log);
    await eventually(async () => expect(await changes(log)).toEqual(['remediating', 'resolved', 'remediating']));
  }
  await settled(log);
  expect(await changes(log)).toHaveLength(3);
});

test('a start makes what was left out after a change whose cause it does not read', async () => {
  const log = await openLog();
  await openIncident(log, 'open');
  await tell(log, 'investigation.progress');
  await tell(log, 'remediation.proposed');
  await changeLeft(log, 'investigation.progress', 'investigating');
  await startNode(log);
  await eventually(async () => expect(await changes(log)).toEqual(['investigating', 'awaiting_approval']));
});

test('a change of an older version, which names no cause, counts from where it is', async () => {
  const log = await openLog();
  await openIncident(log, 'awaiting_approval');
  await tell(log, 'remediation.executing');
  await tell(log, 'remediation.executed');
  await changeLeft(log, 'remediation.executing', 'remediating', true);
  const records = await startNode(log);
  await settled(log);
  expect(await changes(log)).toEqual(['remediating']);
  await closeBy(log, records);
  expect(await changes(log)).toEqual(['remediating', 'closed']);
});

test('those who approve hear that a plan is decided after they hear of it, also where the log refuses at first', async () => {
  const log = await openLog();
  await openIncident(log, 'investigating');
  let refusals = 1;
  const refusing: EventLog = {
    ...log,
    async append(append) {
      const isNews = append.events.some(({ method }) => method === 'approval.requested');
      if (isNews) refusals -= 1;
      if (isNews && refusals >= 0) throw new LogUnavailable('the disk is full');
      return log.append(append);
    },
  };
  const { signal } = new AbortController();
  await startNode(refusing, (work) => untilKept(work, { signal, onFailure: () => undefined }));
  await tell(log, 'remediation.proposed');
  await tell(log, 'remediation.rejected');
  await eventually(async () => {
    const approvals = await toldOf(log, ['approval.requested', 'approval.resolved']);
    expect(approvals.map(({ method }) => method)).toEqual(['approval.requested', 'approval.resolved']);
  });
});
