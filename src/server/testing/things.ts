import { newId } from '../../protocol/ids.ts';
import { pathOf, type Row, type Things } from './access-rows.ts';
import { apiOf, request } from './api-client.ts';
import { admin, bearer, secondAdmin } from './people.ts';
import type { RpcClient } from './rpc-client.ts';
import { progress, proposal } from './shared.ts';

/** An incident of the first tenant, with everything that a call can be about, as far as the row allows it. */
export const makeThings = async (address: string, agent: RpcClient, row?: Row): Promise<Things> => {
  const ana = apiOf(address, await admin());
  const incidentId = await ana.openIncident();
  const [remediationId, approvalId] = [newId('rem'), newId('apr')];
  await agent.call('investigation.progress', progress(incidentId, 'Reading'));
  const evidence = { evidenceId: 'evi_1', type: 'log', source: 'orders', summary: 'Pool exhausted' };
  await agent.call('evidence.collected', { incidentId, evidence });
  if (row?.withoutPlan !== true) {
    const preconditions = [{ preconditionId: 'pre_1', statement: 'replicas = 6' }];
    const more = { approvalId, preconditions, undo: { reversibility: 'reversible' } };
    await agent.call('remediation.proposed', proposal(incidentId, remediationId, more));
  }
  if (row?.afterFailure === true) {
    for (const verb of ['approve', 'execute']) await ana.post(`/v1/remediation/${remediationId}/${verb}`, {});
    await agent.call('remediation.step', { incidentId, remediationId, stepId: 'step-1', status: 'running' });
    await agent.call('remediation.failed', { incidentId, remediationId });
  }
  await agent.call('investigation.known_solution_found', {
    incidentId,
    matchedPatternId: 'ptn_known',
    matchedTitle: 'A known one',
    confidence: 0.5,
  });
  const { body } = await ana.get(`/v1/audit?incidentId=${incidentId}`);
  const [entry] = body.items as { auditId: string }[];
  const record = await fetch(`${address}/v1/incidents/${incidentId}/export`, { headers: bearer(await admin()) });
  return { incidentId, remediationId, approvalId, auditId: entry?.auditId ?? '', record: await record.text() };
};

/** What an admin has to do before the call is possible. */
export const prepare = async (address: string, row: Row, things: Things): Promise<void> => {
  for (const [method, path, body, by] of row.before?.(things) ?? []) {
    const token = await (by === 'secondAdmin' ? secondAdmin() : admin());
    const { status } = await request(address, method, path, { token, body: body ?? {} });
    if (status !== 200) throw new Error(`${method} ${path} answered ${status}`);
  }
};

/** Makes a call of the table, with its own body or the one that is given. */
export const callRow = (
  address: string,
  call: string,
  things: Things,
  headers: Record<string, string>,
  body: unknown,
): Promise<Response> =>
  fetch(address + pathOf(call, things), {
    method: call.split(' ', 1)[0] ?? '',
    headers: {
      ...(body === undefined
        ? {}
        : { 'content-type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
