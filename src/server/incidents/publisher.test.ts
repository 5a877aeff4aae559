import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openEmbeddedLog } from '../log/embedded-log.ts';
import { type Append, type EventLog, TENANT_STREAM } from '../log/event-log.ts';
import { temporaryDirectory } from '../log/testing/temporary-directory.ts';
import { proposal } from '../testing/shared.ts';
import { openBatch } from './batch.ts';
import { createDecisionRoom } from './decision-room.ts';
import { createDecisions, type Decisions } from './decisions.ts';
import { createInvestigations } from './investigations.ts';
import { createPlanEvents } from './plan-events.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { createRecords } from './records.ts';
import { toNewEvent } from './stored-event.ts';

const tenantId = 'ten_a';
const incidentId = 'inc_1';
const remediationId = 'rem_1';
const ana = {
  kind: 'person',
  userId: 'usr_ana',
  email: 'ana@a.example',
  name: 'Ana',
  tenantId,
  roles: ['admin'],
  expiresAt: Number.MAX_SAFE_INTEGER,
  cause: undefined,
} as const;
const agentKey = { kind: 'agent', tenantId, keyId: 'key_1' } as const;

describe('an agent that reports on a plan at the moment in which people act on it', () => {
  let publisher: Publisher;
  let decisions: Decisions;
  let room: ReturnType<typeof createDecisionRoom>;
  let history: () => Promise<readonly string[]>;
  /** What is done right before the next report is appended, after it was looked at. */
  let meanwhile: (() => Promise<unknown>) | undefined;

  beforeEach(async () => {
    const { log, state, close } = await openEmbeddedLog({ dataDir: await temporaryDirectory() });
    const records = createRecords();
    const investigations = createInvestigations(log, state, () => undefined);
    const endTail = log.tail((events) => void events.map(records.apply));
    onTestFinished(async () => {
      endTail();
      investigations.close();
      await close();
    });
    const racing: EventLog = {
      ...log,
      async append(append: Append) {
        const act = meanwhile;
        meanwhile = undefined;
        await act?.();
        return log.append(append);
      },
    };
    const now = Date.now;
    const change = createPlanEvents({ log, records, investigations, now });
    decisions = createDecisions(change);
    room = createDecisionRoom(change);
    publisher = createPublisher({ log: racing, records, investigations, now });
    history = async () =>
      (await log.read({ tenantId, stream: incidentId, limit: 100 })).events.map(({ method }) => method);
    const opened = { eventId: 'evt_open', incidentId, title: 'x', severity: 'low', status: 'open', source: 'manual' };
    await log.append({ tenantId, stream: TENANT_STREAM, events: [toNewEvent('incident.created', opened)] });
    const plan = proposal(incidentId, remediationId, { requiresApproval: false });
    expect(await publisher.publish(agentKey, 'remediation.proposed', plan, openBatch())).toMatchObject({ ok: true });
  });

  const report = (method: 'remediation.executing' | 'remediation.step', more: Record<string, unknown> = {}) =>
    publisher.publish(agentKey, method, { incidentId, remediationId, ...more }, openBatch());

  it('is refused where an admin has rejected it', async () => {
    meanwhile = () => decisions.reject(ana, remediationId, 'No');
    expect(await report('remediation.executing')).toMatchObject({ ok: false, code: 'invalid_status' });
    expect(await history()).toEqual(['remediation.proposed', 'remediation.rejected']);
  });

  it('is refused where an admin has it executed already', async () => {
    meanwhile = () => decisions.execute(ana, remediationId);
    expect(await report('remediation.executing')).toMatchObject({ ok: false, code: 'invalid_status' });
    expect(await report('remediation.step', { stepId: 'step-1', status: 'running' })).toMatchObject({ ok: true });
    expect(await history()).toEqual(['remediation.proposed', 'remediation.executing', 'remediation.step']);
  });

  it('is heard where what came in between does not speak against it', async () => {
    meanwhile = () => room.claim(ana, remediationId, undefined);
    expect(await report('remediation.executing')).toMatchObject({ ok: true, seq: 3 });
    expect(await history()).toEqual(['remediation.proposed', 'remediation.claimed', 'remediation.executing']);
  });

  it('wins over an admin who is later, and who is told so', async () => {
    await report('remediation.step', { stepId: 'step-1', status: 'running' });
    await expect(decisions.reject(ana, remediationId)).rejects.toMatchObject({ code: 'invalid_status' });
    await expect(decisions.execute(ana, remediationId)).rejects.toMatchObject({ code: 'invalid_status' });
    expect(await history()).toEqual(['remediation.proposed', 'remediation.step']);
  });
});
