import { describe, expect, it } from 'vitest';
import { readNotification } from '../../protocol/down.ts';
import type { RpcParams } from '../../protocol/json-rpc.ts';
import { createIncidentRecord } from './incident-record.ts';

const TIME = '2030-01-01T00:00:00.000Z';
const plan = {
  remediationId: 'rem_1',
  title: 'Recreate it',
  requiresApproval: true,
  steps: [{ stepId: 'verify', description: 'watch', args: { objective: 'Checkout', withinMs: 10 } }],
};

const recordOf = (...events: [method: string, params: RpcParams][]) => {
  const record = createIncidentRecord();
  for (const [method, params] of events) {
    const event = readNotification(method, { incidentId: 'inc_1', timestamp: TIME, ...params });
    if (event.method === 'remediation.proposed' || event.method === 'remediation.executing') record.take(event);
    else if (event.method === 'remediation.step' || event.method === 'remediation.rejected') record.take(event);
    else if (event.method === 'investigation.completed' || event.method === 'investigation.aborted') record.take(event);
    else throw new Error(`unexpected ${event.method}`);
  }
  return record;
};

describe('what agents remember of an incident', () => {
  it('knows when an investigation ended', () => {
    const completed = { rootCause: 'x', confidence: 0.5, recommendedActions: [] };
    expect(recordOf().endedAt()).toBeUndefined();
    expect(recordOf(['investigation.completed', completed]).endedAt()).toBe(Date.parse(TIME));
  });

  it('keeps a plan open until it is decided against or over', () => {
    expect(recordOf(['remediation.proposed', plan]).openPlans()).toHaveLength(1);
    expect(
      recordOf(['remediation.proposed', plan], ['remediation.rejected', { remediationId: 'rem_1' }]).openPlans(),
    ).toEqual([]);
    expect(recordOf(['remediation.proposed', plan], ['investigation.aborted', { by: 'ana' }]).openPlans()).toEqual([]);
  });

  it('tells a plan that was begun from one that waits to be executed', () => {
    const executing: [string, RpcParams] = ['remediation.executing', { remediationId: 'rem_1' }];
    const step: [string, RpcParams] = [
      'remediation.step',
      { remediationId: 'rem_1', stepId: 'verify', status: 'running' },
    ];
    expect(recordOf(['remediation.proposed', plan], executing).plan('rem_1')).toMatchObject({
      state: 'executing',
      begun: false,
    });
    expect(recordOf(['remediation.proposed', plan], executing, step).plan('rem_1')).toMatchObject({ begun: true });
  });

  it('leaves the plans of others to them', () => {
    const foreign = { ...plan, steps: ['restart it'] };
    expect(recordOf(['remediation.proposed', foreign]).openPlans()).toEqual([]);
  });
});
