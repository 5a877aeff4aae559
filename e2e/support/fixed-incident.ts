import type { Agent } from '../../src/agent/connect.ts';
import type { EvidenceData } from '../../src/protocol/evidence.ts';
import type { PublicationMethod, PublicationParams } from '../../src/protocol/up.ts';
import { NOW } from './fixed-tenant.ts';

export const FIXED_INCIDENT = 'inc_000012';
const AGENTS = {
  Triage: 'triage',
  Metrics: 'metrics',
  Logs: 'logs',
  Database: 'database',
  Changes: 'changes',
} as const;
type Name = keyof typeof AGENTS;

const before = (seconds: number): string => new Date(NOW - seconds * 1_000).toISOString();

const latency: EvidenceData = {
  kind: 'metric',
  name: 'checkout p99',
  unit: 'ms',
  baseline: 61,
  threshold: 750,
  points: Array.from({ length: 60 }, (_, index) => [
    NOW - (300 - 5 * index) * 1_000,
    index < 24 ? 58 + (index % 5) * 3 : Math.min(4_180, 61 * 1.22 ** (index - 23)) + (index % 7) * 40,
  ]),
  marks: [{ at: NOW - 182_000, label: 'p99 over 750 ms' }],
};

const plan = [
  'SEARCH orders USING INDEX idx_orders_created (created_at>?)',
  'SCAN order_items',
  'USE TEMP B-TREE FOR ORDER BY',
].join('\n');

const migration = [
  '@@ -1,3 +1,4 @@',
  ' -- 0042_orders_cleanup.sql',
  '-CREATE INDEX idx_orders_tenant_created ON orders (tenant_id, created_at);',
  '+DROP INDEX idx_orders_tenant_created;',
  '+CREATE INDEX idx_orders_created ON orders (created_at);',
].join('\n');

/** The investigation of one slow checkout up to the plan that waits for its approval; told at the same times each time. */
export const tellFixedIncident = async (agent: Agent): Promise<void> => {
  const incidentId = FIXED_INCIDENT;
  const tell = <Method extends PublicationMethod>(seconds: number, method: Method, params: object) =>
    agent.publish(method, { incidentId, timestamp: before(seconds), ...params } as PublicationParams<Method>);
  const status = (seconds: number, agentName: Name, word: string, task: string) =>
    tell(seconds, 'agent.status', { agentName, role: AGENTS[agentName], status: word, task });
  const says = (seconds: number, agentName: Name, kind: 'thought' | 'finding', message: string, more: object = {}) =>
    tell(seconds, 'investigation.progress', { agentName, kind, message, ...more });
  const uses = async (seconds: number, agentName: Name, tool: string, why: string, result: string, tookMs: number) => {
    const call = { agentName, kind: 'tool_call', tool, message: why, input: { service: 'orders', window: '15m' } };
    const { eventId } = await tell(seconds, 'investigation.progress', call);
    const ended = { agentName, kind: 'tool_result', tool, message: result, durationMs: tookMs, parentEventId: eventId };
    await tell(seconds - tookMs / 1_000, 'investigation.progress', ended);
  };
  const finds = (seconds: number, agentName: Name, evidence: object) =>
    tell(seconds, 'evidence.collected', { evidence: { agentName, timestamp: before(seconds), ...evidence } });
  const supposes = (seconds: number, hypothesisId: string, state: string, confidence: number, more: object) =>
    tell(seconds, 'hypothesis.updated', {
      hypothesisId,
      status: state,
      confidence,
      agentName: 'Database',
      evidenceIds: [],
      statement: SUPPOSED[hypothesisId],
      ...more,
    });

  await tell(190, 'incident.created', {
    title: 'Checkout p99 latency above 750 ms',
    severity: 'critical',
    description: 'Checkout answers in 4.2 s; the objective is 750 ms at most.',
  });
  await status(182, 'Triage', 'running', 'Which objective is missed, and how badly');
  await uses(181, 'Triage', 'query_metrics', 'How far over the objective is it?', 'p99 4,180 ms against 750 ms', 640);
  await finds(179, 'Triage', {
    evidenceId: 'evi_latency',
    type: 'metric',
    source: 'gateway',
    summary: 'Checkout p99 rose from 61 ms to 4,180 ms',
    severity: 'critical',
    data: latency,
  });
  await status(176, 'Triage', 'done', 'Critical: one checkout in three fails');
  for (const [name, task] of [
    ['Metrics', 'CPU, memory and pools'],
    ['Logs', 'What the services complain of'],
    ['Database', 'Plans of the slow statements'],
    ['Changes', 'What was deployed'],
  ] as const)
    await status(175, name, 'running', task);
  await uses(174, 'Changes', 'list_deployments', 'Anything new in the last hour?', 'orders 4.18.2 at 14:26:41', 410);
  for (const [index, service] of ['gateway', 'checkout', 'orders', 'payments'].entries())
    await uses(172 - index * 4, 'Logs', 'search_logs', `Errors of ${service}`, `${index * 7} lines`, 380 + index * 90);
  await supposes(160, 'hyp_pool', 'proposed', 0.35, { agentName: 'Metrics' });
  await supposes(158, 'hyp_index', 'proposed', 0.45, {});
  await uses(150, 'Metrics', 'query_metrics', 'Are the connection pools exhausted?', 'orders: 14 of 40 in use', 520);
  await supposes(146, 'hyp_pool', 'refuted', 0.08, { agentName: 'Metrics', reason: 'A third of the pool is in use' });
  await status(144, 'Metrics', 'done', 'The pools are well');
  await uses(140, 'Database', 'explain_query', 'How is the slowest statement planned?', 'SCAN order_items', 1_240);
  await finds(137, 'Database', {
    evidenceId: 'evi_plan',
    type: 'log',
    source: 'orders-db',
    summary: 'The order lookup scans the table',
    data: {
      kind: 'query',
      statement: 'SELECT * FROM orders WHERE tenant_id = ? ORDER BY created_at DESC LIMIT 20',
      plan,
    },
  });
  await uses(131, 'Changes', 'read_diff', 'What did 4.18.2 change in the schema?', '1 migration', 300);
  await finds(129, 'Changes', {
    evidenceId: 'evi_diff',
    type: 'code_change',
    source: 'orders 4.18.2',
    summary: 'Migration 0042 drops the index on tenant',
    data: { kind: 'diff', path: 'migrations/0042_orders_cleanup.sql', unified: migration },
  });
  await says(
    127,
    'Changes',
    'finding',
    'Migration 0042 dropped idx_orders_tenant_created at 14:26:43, three seconds before the first slow request.',
    {
      evidenceIds: ['evi_diff'],
      citations: [{ evidenceId: 'evi_diff', quote: 'DROP INDEX idx_orders_tenant_created' }],
    },
  );
  await status(125, 'Changes', 'done', 'One deployment, one migration');
  await supposes(120, 'hyp_index', 'supported', 0.78, { evidenceIds: ['evi_plan', 'evi_diff'] });
  await uses(
    112,
    'Logs',
    'search_logs',
    'Does the scan show in the log?',
    'failed: the log store timed out after 5 s',
    5_000,
  );
  await status(104, 'Logs', 'waiting', 'For the log store');
  await says(
    98,
    'Database',
    'thought',
    'If the index is what is missing, the same lookup on the replica that still has it is fast.',
  );
  await uses(96, 'Database', 'run_query', 'The lookup on the replica', '3.1 ms instead of 2,140 ms', 18);
  await supposes(92, 'hyp_index', 'confirmed', 0.94, { evidenceIds: ['evi_plan', 'evi_diff'] });
  await status(88, 'Database', 'done', 'The missing index explains it');
  await tell(80, 'investigation.completed', {
    rootCause:
      'Migration 0042 dropped the index under the order lookup, so every checkout scans the orders of all tenants.',
    confidence: 0.94,
    impact: 'One checkout in three fails; the others take 4 s.',
    recommendedActions: ['Recreate idx_orders_tenant_created', 'Have migrations that drop an index reviewed'],
    causalChain: [
      { label: 'orders 4.18.2 is deployed', at: before(249) },
      { label: 'Migration 0042 drops the index', at: before(247), evidenceIds: ['evi_diff'] },
      { label: 'The order lookup scans the table', at: before(244), evidenceIds: ['evi_plan'] },
      { label: 'Checkout p99 passes 750 ms', at: before(182), evidenceIds: ['evi_latency'] },
    ],
    evidenceIds: ['evi_plan', 'evi_diff', 'evi_latency'],
    openQuestions: ['Why did the review let 0042 pass?'],
    notChecked: ['Logs of the orders service: the store timed out'],
  });
  await tell(60, 'remediation.proposed', {
    remediationId: 'rem_index',
    title: 'Recreate the index on orders',
    description: 'Puts back what migration 0042 removed; reads and writes go on meanwhile.',
    requiresApproval: true,
    risk: 'low',
    service: 'orders',
    expectedEffect: 'Checkout p99 below 100 ms within a minute',
    blastRadius: [{ service: 'orders', hops: 0, impact: 'Writes slower for about 5 s' }],
    evidenceIds: ['evi_plan', 'evi_diff'],
    expiresAt: before(-840),
    preconditions: [
      {
        preconditionId: 'pre_index',
        statement: 'idx_orders_tenant_created is missing',
        observed: 'missing',
        checkedAt: before(12),
      },
      {
        preconditionId: 'pre_disk',
        statement: '2 GB free on the volume of orders',
        observed: '61 GB',
        checkedAt: before(12),
      },
    ],
    undo: {
      reversibility: 'reversible',
      description: 'Drops the index again',
      steps: ['DROP INDEX idx_orders_tenant_created'],
      watchMs: 600_000,
    },
    steps: [
      {
        stepId: 'create',
        type: 'sql_migration',
        description: 'Recreate the index',
        target: 'orders-db',
        command: 'CREATE INDEX idx_orders_tenant_created ON orders (tenant_id, created_at)',
        expectedEffect: '5 s',
      },
      {
        stepId: 'verify',
        type: 'verification',
        description: 'Checkout p99 stays below 100 ms for 30 s',
        target: 'gateway',
      },
    ],
  });
};

const SUPPOSED: Record<string, string> = {
  hyp_pool: 'The connection pool of orders is exhausted',
  hyp_index: 'An index under the order lookup is missing',
};
