/** One incident with a plan, and what belongs to them. */
export type Things = { incidentId: string; remediationId: string; approvalId: string; auditId: string; record: string };

export type Row = {
  /** Who may call, by the contract: everybody with a token, or admins. */
  who: 'everybody' | 'admin';
  /** The answer to those who may. */
  ok: 200 | 201;
  /** Of what the call is about: the refusal where there is no such thing; absent where the call names nothing. */
  missing?: 'incident_not_found' | 'remediation_not_found' | 'approval_not_found';
  body?: (things: Things) => unknown;
  /** Only possible where no plan was proposed yet. */
  withoutPlan?: true;
  /** Only possible where the plan was let run and failed. */
  afterFailure?: true;
  /** Calls of an admin that make the call possible. */
  before?: (things: Things) => readonly (readonly [method: string, path: string, body?: unknown, by?: 'secondAdmin'])[];
};

const OF_INCIDENT = { who: 'everybody', ok: 200, missing: 'incident_not_found' } as const;
const OF_PLAN = { who: 'admin', ok: 200, missing: 'remediation_not_found' } as const;
const OF_TENANT = { who: 'everybody', ok: 200 } as const;

/** Every call of the API by the contract's table. A call without a row fails the tests that use them. */
export const ACCESS_ROWS: Readonly<Record<string, Row>> = {
  'GET /v1/relay/status': OF_TENANT,
  'GET /v1/incidents': OF_TENANT,
  'GET /v1/incidents/{incidentId}': OF_INCIDENT,
  'PATCH /v1/incidents/{incidentId}': { ...OF_INCIDENT, body: () => ({ status: 'triaging' }) },
  'POST /v1/incidents/chat': {
    ...OF_TENANT,
    ok: 201,
    body: () => ({ title: 'Checkout is slow', description: 'The checkout takes ten seconds.' }),
  },
  'GET /v1/incidents/{incidentId}/export': OF_INCIDENT,
  'POST /v1/incidents/import': { ...OF_TENANT, ok: 201, body: ({ record }) => record },
  'POST /v1/investigation/{incidentId}': OF_INCIDENT,
  'GET /v1/investigation/{incidentId}': OF_INCIDENT,
  'GET /v1/investigation/{incidentId}/events': OF_INCIDENT,
  'GET /v1/investigation/{incidentId}/snapshot': OF_INCIDENT,
  'GET /v1/triage/{incidentId}/evidence': OF_INCIDENT,
  'DELETE /v1/investigation/{incidentId}': {
    ...OF_INCIDENT,
    who: 'admin',
    withoutPlan: true,
    body: () => ({ reason: 'Enough.' }),
    before: ({ incidentId }) => [['POST', `/v1/investigation/${incidentId}`]],
  },
  'POST /v1/investigation/{incidentId}/context': { ...OF_INCIDENT, body: () => ({ context: 'We deployed at noon.' }) },
  'POST /v1/investigation/{incidentId}/known-solution': {
    ...OF_INCIDENT,
    body: () => ({ action: 'dismiss', patternId: 'ptn_known' }),
  },
  'POST /v1/investigation/{incidentId}/feedback': {
    ...OF_INCIDENT,
    body: () => ({ rating: 5, rootCauseAccurate: true, recommendationsUseful: true }),
  },
  'GET /v1/remediation/{remediationId}': { ...OF_PLAN, who: 'everybody' },
  'POST /v1/remediation/{remediationId}/approve': OF_PLAN,
  'POST /v1/remediation/{remediationId}/reject': OF_PLAN,
  'POST /v1/remediation/{remediationId}/execute': {
    ...OF_PLAN,
    before: ({ remediationId }) => [['POST', `/v1/remediation/${remediationId}/approve`]],
  },
  'POST /v1/remediation/{remediationId}/feedback': {
    ...OF_PLAN,
    who: 'everybody',
    body: () => ({ outcome: 'resolved', rating: 4 }),
  },
  'POST /v1/remediation/{remediationId}/claim': OF_PLAN,
  'POST /v1/remediation/{remediationId}/objection': {
    ...OF_PLAN,
    who: 'everybody',
    body: () => ({ reason: 'I would wait.' }),
  },
  // One’s own objection anybody may withdraw; this is that of somebody else.
  'DELETE /v1/remediation/{remediationId}/objection': {
    ...OF_PLAN,
    body: () => ({ objectorId: 'usr_bea' }),
    before: ({ remediationId }) => [
      ['POST', `/v1/remediation/${remediationId}/objection`, { reason: 'I would wait.' }, 'secondAdmin'],
    ],
  },
  'POST /v1/remediation/{remediationId}/check': { ...OF_PLAN, who: 'everybody' },
  'POST /v1/remediation/{remediationId}/rollback': { ...OF_PLAN, afterFailure: true },
  'GET /v1/remediation/{remediationId}/record': OF_PLAN,
  'POST /v1/investigation/{incidentId}/agents/{agentName}/instruct': {
    ...OF_INCIDENT,
    body: () => ({ instruction: 'ask' }),
  },
  'POST /v1/investigation/{incidentId}/evidence/{evidenceId}/check': OF_INCIDENT,
  'GET /v1/notifications/approvals/pending': OF_TENANT,
  'POST /v1/notifications/approvals/{approvalId}/respond': {
    ...OF_PLAN,
    missing: 'approval_not_found',
    body: () => ({ decision: 'reject' }),
  },
  'GET /v1/notifications/stream': OF_TENANT,
  'GET /v1/audit': { ...OF_TENANT, who: 'admin' },
  'POST /v1/audit/verify': { ...OF_TENANT, who: 'admin', body: ({ auditId }) => ({ auditIds: [auditId] }) },
  'GET /v1/analytics/incidents': OF_TENANT,
};

/** The address of a call, about these things. */
export const pathOf = (call: string, things: Things): string =>
  (call.split(' ')[1] ?? '')
    .replace('{incidentId}', things.incidentId)
    .replace('{remediationId}', things.remediationId)
    .replace('{approvalId}', things.approvalId)
    .replace('{agentName}', 'Probe')
    .replace('{evidenceId}', 'evi_1');
