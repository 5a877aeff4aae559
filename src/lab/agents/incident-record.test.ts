import { describe, expect, it } from 'vitest';
import { readNotification } from '../../protocol/down.ts';
import type { RpcParams } from '../../protocol/json-rpc.ts';
import { createIncidentRecord } from './incident-record.ts';

const TIME = '2030-01-01T00:00:00.000Z';
const NOW = Date.parse(TIME);
const of = { remediationId: 'rem_1' };
const plan = {
  ...of,
  title: 'Recreate it',
  requiresApproval: true,
  service: 'shelf',
  preconditions: [],
  undo: { reversibility: 'reversible', watchMs: 60_000 },
  steps: [{ stepId: 'verify', action: 'verify', description: 'watch', args: { objective: 'Search', withinMs: 10 } }],
};

const recordOf = (...events: [method: string, params: RpcParams][]) => {
  const record = createIncidentRecord();
  for (const [method, params] of events) {
    const event = readNotification(method, { incidentId: 'inc_1', timestamp: TIME, ...params });
    if (event.method === 'incident.created' || event.method === 'incident.status_changed') throw new Error(method);
    if (event.method === 'connected' || event.method === 'pong' || event.method === 'presence.changed')
      throw new Error(method);
    if (event.method === 'investigation.dispatched') throw new Error(method);
    if (event.method === 'approval.requested' || event.method === 'approval.resolved') throw new Error(method);
    expect(event.method).toBe(method);
    record.take(event);
  }
  return record;
};
const proposed: [string, RpcParams] = ['remediation.proposed', plan];
const executing: [string, RpcParams] = ['remediation.executing', of];
const stepped: [string, RpcParams] = ['remediation.step', { ...of, stepId: 'verify', status: 'running' }];
const executed: [string, RpcParams] = ['remediation.executed', of];

describe('what agents remember of an incident', () => {
  it('knows when an investigation ended, and who was at work', () => {
    const completed = { rootCause: 'x', confidence: 0.5, recommendedActions: [] };
    expect(recordOf().endedAt()).toBeUndefined();
    expect(recordOf(['investigation.completed', completed]).endedAt()).toBe(NOW);
    expect([...recordOf(['agent.status', { agentName: 'Disk', role: 'disk', status: 'running' }]).agents()]).toEqual([
      'Disk',
    ]);
  });

  it('keeps a plan open until it is decided against', () => {
    expect(recordOf(proposed).waiting()).toHaveLength(1);
    expect(recordOf(proposed, ['remediation.rejected', of]).openPlans(NOW)).toEqual([]);
    expect(recordOf(proposed, ['investigation.aborted', { by: 'ana' }]).openPlans(NOW)).toEqual([]);
  });

  it('tells a plan that was begun from one that waits to be executed', () => {
    expect(recordOf(proposed, executing).plan('rem_1')).toMatchObject({ state: 'executing', begun: false });
    expect(recordOf(proposed, executing, stepped).plan('rem_1')).toMatchObject({ begun: true });
  });

  it('keeps what was carried out until it can no longer be taken back', () => {
    const record = recordOf(proposed, executing, stepped, executed);
    expect(record.openPlans(NOW + 59_000)).toHaveLength(1);
    expect(record.openPlans(NOW + 61_000)).toEqual([]);
    const undoing = recordOf(proposed, executing, executed, ['remediation.rollback_requested', of], stepped);
    expect(undoing.plan('rem_1')).toMatchObject({ state: 'undoing', undoBegun: true });
  });

  it('remembers nothing that came with a record from elsewhere', () => {
    const imported = { importedAt: TIME, importedBy: 'max@a.example' };
    const forged = [proposed, executing, stepped].map(([method, params]): [string, RpcParams] => [
      method,
      { ...params, ...imported },
    ]);
    const ended = { ...imported, rootCause: 'x', confidence: 1, recommendedActions: [] };
    const record = recordOf(...forged, ['investigation.completed', ended]);
    expect(record.plan('rem_1')).toBeUndefined();
    expect(record.openPlans(NOW)).toEqual([]);
    expect(record.endedAt()).toBeUndefined();
    expect(recordOf(proposed, ['remediation.executing', { ...of, ...imported }]).plan('rem_1')?.state).toBe('open');
  });

  it('leaves the plans of others to them', () => {
    expect(recordOf(['remediation.proposed', { ...plan, steps: ['restart it'] }]).openPlans(NOW)).toEqual([]);
  });
});
