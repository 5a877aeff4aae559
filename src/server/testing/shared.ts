import type { RpcClient } from './rpc-client.ts';

/** A report of progress as an agent sends it. */
export const progress = (incidentId: string, message: string, more: Record<string, unknown> = {}) => ({
  incidentId,
  message,
  agentName: 'Probe',
  ...more,
});

/** A plan as an agent proposes it. */
export const proposal = (incidentId: string, remediationId: string, more: Record<string, unknown> = {}) => ({
  incidentId,
  remediationId,
  title: 'Roll the deployment back',
  description: 'The new version leaks connections.',
  requiresApproval: true,
  steps: [{ stepId: 'step-1', type: 'rollback_deployment', description: 'Back to v41' }, 'Watch the error rate'],
  ...more,
});

export const range = (count: number, from = 1): number[] => Array.from({ length: count }, (_, index) => from + index);

/**
 * Publishes so many messages of one incident in batches, and resolves once all of them are stored. They happened when they
 * came, or `everyMs` until now.
 */
export const publishMany = async (
  agent: RpcClient,
  incidentId: string,
  count: number,
  padding = '',
  everyMs?: number,
): Promise<void> => {
  const now = Date.now();
  const happened = (number: number): { timestamp?: string } =>
    everyMs === undefined ? {} : { timestamp: new Date(now - (count - number) * everyMs).toISOString() };
  // A frame of a key may have a mebibyte.
  const most = Math.max(1, Math.min(500, Math.floor(900_000 / (padding.length + 300))));
  for (let done = 0; done < count; done += most) {
    const size = Math.min(most, count - done);
    const last = `${incidentId}-${agent.messages.length}-${done}`;
    agent.send(
      range(size, done + 1).map((number) => ({
        jsonrpc: '2.0',
        ...(number === done + size ? { id: last } : {}),
        method: 'investigation.progress',
        params: progress(incidentId, `m${number}${padding}`, happened(number)),
      })),
    );
    await agent.next((message) => message.id === last);
  }
};
