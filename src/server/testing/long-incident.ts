import type { IncidentEvent } from '../../incident/event.ts';
import { toFoldable, toNewEvent } from '../incidents/stored-event.ts';
import { type EventLog, TENANT_STREAM } from '../log/event-log.ts';

const START = Date.UTC(2026, 0, 1);
const AGENTS = ['Triage', 'Metrics', 'Logs', 'Traces', 'Changes', 'Database', 'Network', 'Synthesis'];
const APPENDED = 1_000;

/** Milliseconds between two events of a long incident. */
export const LONG_STEP_MS = 100;

/** When the event with this seq happened, in epoch milliseconds. */
export const longTime = (seq: number): number => START + seq * LONG_STEP_MS;

/** The event with this seq: mostly agents at work, now and then evidence, hypotheses and findings. */
export const told = (seq: number): [method: string, params: Record<string, unknown>] => {
  const agentName = AGENTS[seq % AGENTS.length] ?? '';
  if (seq % 1_000 === 500) {
    const summary = `Latency of orders rose at step ${seq}`;
    return [
      'evidence.collected',
      { evidence: { evidenceId: `evi_${seq}`, type: 'log', source: 'orders', summary, agentName } },
    ];
  }
  if (seq % 5_000 === 4_000) {
    const statement = 'The index is gone';
    const hypothesisId = `hyp_${seq % 20_000}`;
    return [
      'hypothesis.updated',
      { hypothesisId, statement, status: 'supported', confidence: 0.5, evidenceIds: [], agentName },
    ];
  }
  const said = (kind: string, message: string, more: object = {}): [string, Record<string, unknown>] => [
    'investigation.progress',
    { agentName, kind, message, ...more },
  ];
  if (seq % 20 === 10) return said('finding', `The query plan of orders changed in window ${seq}`);
  if (seq % 4 === 0)
    return said('tool_call', `Read the log of orders around minute ${seq}`, {
      tool: 'query_logs',
      input: { minute: seq },
    });
  if (seq % 4 === 1) {
    const message = seq % 997 === 0 ? 'failed: the log was rotated' : `200 lines, the slowest took ${seq % 1_007} ms`;
    return said('tool_result', message, { tool: 'query_logs', output: { lines: 200 }, parentEventId: longId(seq - 1) });
  }
  return said(seq % 3 === 0 ? 'thought' : 'status', `Looking at orders between checkout and payment, pass ${seq}`);
};

export const longId = (seq: number): string => `evt_long_${seq}`;

const logged = (incidentId: string, seq: number) => {
  const [method, params] = told(seq);
  const placed = { incidentId, eventId: longId(seq), timestamp: new Date(longTime(seq)).toISOString() };
  return toNewEvent(method, { ...params, ...placed });
};

/** Puts events into the log as the incident's next ones, those with the numbers from `from` to `to`. */
export const appendLong = async (
  log: EventLog,
  { tenantId, incidentId, from, to }: { tenantId: string; incidentId: string; from: number; to: number },
): Promise<void> => {
  for (let seq = from; seq <= to; seq += APPENDED) {
    const count = Math.min(APPENDED, to - seq + 1);
    const events = Array.from({ length: count }, (_, index) => logged(incidentId, seq + index));
    await log.append({ tenantId, stream: incidentId, events });
  }
};

/** Opens an incident whose stream has so many events. */
export const openLong = async (log: EventLog, tenantId: string, incidentId: string, events: number): Promise<void> => {
  const created = {
    title: 'Orders are slow',
    description: '',
    severity: 'high',
    status: 'investigating',
    source: 'manual',
  };
  const eventId = `evt_created_${incidentId}`;
  const params = { ...created, incidentId, eventId, timestamp: new Date(START).toISOString() };
  await log.append({ tenantId, stream: TENANT_STREAM, events: [toNewEvent('incident.created', params)] });
  await appendLong(log, { tenantId, incidentId, from: 1, to: events });
};

/** The same events as those who fold them get them, up to this seq. */
export const longEvents = (incidentId: string, to: number): IncidentEvent[] =>
  Array.from({ length: to }, (_, index) => ({
    ...logged(incidentId, index + 1),
    tenantId: '',
    stream: incidentId,
    seq: index + 1,
    position: index + 1,
  })).flatMap((event) => toFoldable(event) ?? []);
