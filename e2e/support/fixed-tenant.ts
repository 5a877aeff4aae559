import { createHash } from 'node:crypto';
import type { DocumentedAnswers } from './documented-server.ts';

/** The time on every page of these tests. */
export const NOW = Date.parse('2026-03-03T14:30:50.000Z');
const MINUTE_MS = 60_000;

const at = (minutesAgo: number): string => new Date(NOW - minutesAgo * MINUTE_MS).toISOString();

export type FixedIncident = {
  incidentId: string;
  title: string;
  severity: string;
  status: string;
  source: string;
  createdAt: string;
};

const told: readonly [title: string, severity: string, status: string, source: string, minutesAgo: number][] = [
  ['Checkout p99 latency above 2 s', 'critical', 'awaiting_approval', 'automated', 3],
  ['Search answers slowly in eu-west', 'high', 'investigating', 'automated', 9],
  ['Payment webhooks are retried', 'high', 'remediating', 'automated', 26],
  ['Nightly export misses rows', 'medium', 'triaging', 'manual', 41],
  [
    'Mobile sign-in fails for some users of an identity provider that was added last week',
    'medium',
    'open',
    'manual',
    55,
  ],
  ['Disk of the metrics store at 91 %', 'low', 'resolved', 'automated', 130],
  ['Cart service restarts every ten minutes', 'critical', 'resolved', 'automated', 260],
  ['Emails leave late', 'medium', 'resolved', 'automated', 610],
  ['Certificate of the status page expires', 'info', 'closed', 'manual', 1_500],
  ['Inventory counts differ between regions', 'high', 'resolved', 'automated', 2_200],
  ['Orders API answers 502 after deploys', 'critical', 'closed', 'automated', 4_400],
  ['Image thumbnails are blank', 'low', 'resolved', 'manual', 7_300],
];

/** A dozen that look like a day's work, and as many more of the past as are asked for. */
export const fixedIncidents = (count = told.length): FixedIncident[] =>
  Array.from({ length: count }, (_, index): FixedIncident => {
    const incidentId = `inc_${String(count - index).padStart(6, '0')}`;
    const [title, severity, status, source, minutesAgo] = told[index] ?? [
      `Queue ${index} of the importer is behind`,
      ['critical', 'high', 'medium', 'low', 'info'][index % 5] ?? 'info',
      index % 3 === 0 ? 'closed' : 'resolved',
      index % 4 === 0 ? 'manual' : 'automated',
      8_000 + index,
    ];
    return { incidentId, title, severity, status, source, createdAt: at(minutesAgo) };
  });

const approvals = [
  {
    approvalId: 'apr_1',
    remediationId: 'rem_1',
    incidentId: 'inc_000012',
    incidentTitle: 'Checkout p99 latency above 2 s',
    remediationTitle: 'Recreate the index on orders',
    steps: [
      {
        stepId: 'create',
        type: 'sql_migration',
        description: 'Recreate the index',
        command: 'CREATE INDEX idx_orders_tenant_created ON orders (tenant_id, created_at)',
      },
      { stepId: 'verify', type: 'verification', description: 'Checkout p99 stays below 100 ms for 30 s' },
    ],
    requestedAt: at(1),
    expiresAt: at(-14),
  },
  {
    approvalId: 'apr_2',
    remediationId: 'rem_2',
    incidentId: 'inc_000010',
    incidentTitle: 'Payment webhooks are retried',
    remediationTitle: 'Roll back payments to 4.18.2',
    steps: ['Roll back payments to 4.18.2', 'Replay the dead letters'],
    requestedAt: at(6),
    expiresAt: at(-54),
  },
];

const actions: readonly [action: string, actorType: string, actor: string | null, minutesAgo: number][] = [
  ['remediation.proposed', 'ai_agent', 'Orchestrator', 1],
  ['investigation.completed', 'ai_agent', 'Orchestrator', 2],
  ['investigation.context_added', 'user', 'ben@a.example', 3],
  ['access.refused', 'user', 'max@a.example', 12],
  ['remediation.executed', 'ai_agent', 'Executor', 131],
  ['remediation.approved', 'user', 'ana@a.example', 133],
  ['remediation.expired', 'system', null, 262],
  ['incident.created', 'system', null, 264],
];

const audit = Array.from({ length: 64 }, (_, index) => {
  const [action, actorType, actor, minutesAgo] = actions[index % actions.length] ?? [
    'incident.created',
    'system',
    null,
    0,
  ];
  const auditId = `aud_${String(64 - index).padStart(6, '0')}`;
  return {
    auditId,
    timestamp: at(minutesAgo + Math.floor(index / actions.length) * 300),
    action,
    actorType,
    actorId: actor,
    actorEmail: actorType === 'user' ? actor : null,
    resourceType: action.split('.')[0] ?? '',
    resourceId: 'inc_000012',
    incidentId: action === 'access.refused' ? null : 'inc_000012',
    metadata: action === 'remediation.approved' ? { remediationId: 'rem_0', notes: 'Looks right' } : {},
    hash: `sha256:${createHash('sha256').update(auditId).digest('hex')}`,
  };
});

const pageOf = <Item>(items: readonly Item[], url: URL) => {
  const limit = Number(url.searchParams.get('limit') ?? '20');
  const from = Number(url.searchParams.get('cursor') ?? '0');
  const end = from + limit;
  return { page: items.slice(from, end), next: end < items.length ? String(end) : null };
};

const wanted = (url: URL, name: string, value: unknown): boolean =>
  url.searchParams.get(name) === null || url.searchParams.get(name) === value;

const listAudit = (url: URL) => {
  const [from, to] = [url.searchParams.get('from'), url.searchParams.get('to')];
  const items = audit.filter(
    (entry) =>
      wanted(url, 'action', entry.action) &&
      wanted(url, 'actorType', entry.actorType) &&
      wanted(url, 'incidentId', entry.incidentId) &&
      (from === null || entry.timestamp >= from) &&
      (to === null || entry.timestamp <= to),
  );
  const { page, next } = pageOf(items, url);
  return { items: page, total: items.length, nextCursor: next };
};

/** The documented API of a tenant whose past never changes; `tampered` audit entries don't verify. */
export const fixedTenant = (
  incidents: readonly FixedIncident[] = fixedIncidents(),
  tampered: readonly string[] = [],
): DocumentedAnswers => ({
  'GET /v1/incidents': (url) => {
    const found = incidents.filter(
      (incident) => wanted(url, 'severity', incident.severity) && wanted(url, 'status', incident.status),
    );
    const { page, next } = pageOf(found, url);
    return { incidents: page, count: found.length, cursor: next };
  },
  'GET /v1/relay/status': () => ({
    status: 'healthy',
    activeConnections: 14,
    region: 'eu-central-1',
    version: '9.2.0',
    checkedAt: at(0),
  }),
  'GET /v1/notifications/approvals/pending': () => ({ items: approvals, total: approvals.length }),
  'GET /v1/analytics/incidents': () => ({
    totalIncidents: 48,
    resolvedIncidents: 41,
    mttr: 1_394,
    resolutionRate: 41 / 48,
    bySeverity: { critical: 6, high: 14, medium: 17, low: 8, info: 3 },
  }),
  'GET /v1/audit': listAudit,
  'POST /v1/audit/verify': (_url, body) => {
    const { auditIds }: { auditIds: string[] } = JSON.parse(body);
    const results = auditIds.map((auditId) => {
      const storedHash = audit.find((entry) => entry.auditId === auditId)?.hash ?? null;
      const verified = !tampered.includes(auditId);
      return { auditId, verified, storedHash, computedHash: verified ? storedHash : 'sha256:00' };
    });
    return { results, allVerified: results.every(({ verified }) => verified) };
  },
});
