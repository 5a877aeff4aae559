import type { Agent } from '../../src/agent/connect.ts';
import type { PublicationParams } from '../../src/protocol/up.ts';

/** What a test's own agent publishes of an incident that never was. */
export const investigate = async (agent: Agent, title: string) => {
  const { incidentId } = await agent.openIncident({ title, severity: 'high', description: 'Told by a test.' });
  await agent.publish('agent.status', {
    incidentId,
    agentName: 'Logs',
    role: 'logs',
    status: 'running',
    task: 'Reading',
  });
  const progress = (message: string) =>
    agent.publish('investigation.progress', { incidentId, agentName: 'Logs', message, kind: 'finding' });
  const conclude = (evidenceIds: readonly string[] = []) =>
    agent.publish('investigation.completed', {
      incidentId,
      rootCause: 'A migration dropped the index under the order lookup.',
      confidence: 0.93,
      recommendedActions: ['Recreate the index'],
      evidenceIds: [...evidenceIds],
    });
  const propose = (
    remediationId: string,
    change: { title?: string; risk?: 'low' | 'high'; command?: string; expiresAt?: string } & Pick<
      PublicationParams<'remediation.proposed'>,
      'preconditions' | 'undo'
    > = {},
  ) =>
    agent.publish('remediation.proposed', {
      incidentId,
      remediationId,
      title: change.title ?? 'Recreate the index on orders',
      description: 'Puts back what the migration removed.',
      requiresApproval: true,
      risk: change.risk ?? 'low',
      rollback: 'DROP INDEX idx_orders_tenant',
      ...(change.preconditions === undefined ? {} : { preconditions: change.preconditions }),
      ...(change.undo === undefined ? {} : { undo: change.undo }),
      ...(change.expiresAt === undefined ? {} : { expiresAt: change.expiresAt }),
      steps: [
        {
          stepId: 'create',
          type: 'sql_migration',
          description: 'Recreate the index',
          target: 'orders',
          command: change.command ?? 'CREATE INDEX idx_orders_tenant ON orders (tenant_id, created_at)',
        },
        { stepId: 'verify', type: 'verification', description: 'Watch the latency', target: 'orders' },
      ],
    });
  const carryOut = async (remediationId: string) => {
    const step = (stepId: string, status: 'running' | 'completed', output?: string) =>
      agent.publish('remediation.step', { incidentId, remediationId, stepId, status, ...(output && { output }) });
    await step('create', 'running');
    await step('create', 'completed', 'index created in 0.8 s');
    await step('verify', 'running');
    await step('verify', 'completed', 'p99 4 ms');
    await agent.publish('remediation.executed', { incidentId, remediationId, outcome: 'resolved', durationMs: 900 });
  };
  return { incidentId, progress, conclude, propose, carryOut };
};
