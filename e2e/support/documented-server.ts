import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

type Json = Record<string, unknown>;

/** What answers a call instead of the one incident that is told below: by method and path, `GET /v1/incidents`. */
export type DocumentedAnswers = Record<string, (url: URL, body: string) => unknown>;

const INCIDENT = 'inc_documented';
const STARTED = '2026-01-15T10:00:00.000Z';

/**
 * A relay and API that implement the published contract and nothing else: no positions, no batches, no capabilities,
 * no idempotency. What it doesn't know, it refuses.
 */
export const startDocumentedServer = async (answers: DocumentedAnswers = {}) => {
  const streams = new Set<ServerResponse>();
  const sockets = new Map<WebSocket, { investigation: boolean; remediation: boolean }>();
  const refusedMethods: string[] = [];
  let pings = 0;
  const authorizations: (string | undefined)[] = [];
  const incident: Json = {
    incidentId: INCIDENT,
    title: 'Search answers slowly',
    severity: 'high',
    status: 'investigating',
    source: 'automated',
    createdAt: STARTED,
    assignedAgents: ['Triage'],
    rootCause: null,
    recommendedActions: [],
    updatedAt: STARTED,
  };
  const remediations: Json[] = [];
  const evidence: Json[] = [
    {
      evidenceId: 'evi_1',
      type: 'log',
      source: 'search',
      summary: 'Slow queries since 09:58',
      severity: 'high',
      timestamp: STARTED,
      rawSnippet: 'slow query 2.1 s',
    },
  ];

  const notify = (kind: 'investigation' | 'remediation', method: string, params: Json): void => {
    const text = JSON.stringify({
      jsonrpc: '2.0',
      method,
      params: { incidentId: INCIDENT, timestamp: new Date().toISOString(), ...params },
    });
    for (const [socket, wants] of sockets) if (wants[kind]) socket.send(text);
  };

  const answerRpc = (socket: WebSocket, message: Json): void => {
    const reply = (body: Json): void => {
      if ('id' in message) socket.send(JSON.stringify({ jsonrpc: '2.0', id: message.id, ...body }));
    };
    const wants = sockets.get(socket);
    switch (message.method) {
      case 'ping':
        pings += 1;
        return reply({ result: { pong: true } });
      case 'investigation.subscribe':
      case 'remediation.subscribe':
        if (wants !== undefined)
          wants[message.method === 'remediation.subscribe' ? 'remediation' : 'investigation'] = true;
        return reply({ result: { subscriptionId: `sub_${randomUUID()}`, incidentId: INCIDENT } });
      case 'investigation.unsubscribe':
        return reply({ result: { subscriptionId: 'sub_1', incidentId: INCIDENT } });
      default:
        refusedMethods.push(String(message.method));
        return reply({ error: { code: -32601, message: 'Method not found' } });
    }
  };

  const rest = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    authorizations.push(request.headers.authorization);
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const url = new URL(request.url ?? '', 'http://localhost');
    const { pathname } = url;
    const plan = remediations[0];
    const call = `${request.method} ${pathname}`;
    if (!request.headers.authorization?.startsWith('Bearer '))
      return send(401, { error: 'unauthorized', message: 'no token' });
    const own = answers[call];
    if (own !== undefined) return send(200, own(url, body));
    switch (call) {
      case 'GET /v1/notifications/stream':
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        streams.add(response);
        response.on('close', () => streams.delete(response));
        return;
      case 'GET /v1/relay/status':
        return send(200, {
          status: 'healthy',
          activeConnections: sockets.size,
          region: 'eu',
          version: '9',
          checkedAt: STARTED,
        });
      case 'GET /v1/incidents':
        return send(200, { incidents: [incident], count: 1, cursor: null });
      case `GET /v1/incidents/${INCIDENT}`:
        return send(200, incident);
      case `GET /v1/investigation/${INCIDENT}`:
        return send(200, {
          incidentId: INCIDENT,
          rootCause: incident.rootCause,
          confidence: 0.8,
          evidence: [],
          recommendedActions: [],
        });
      case `GET /v1/triage/${INCIDENT}/evidence`:
        return send(200, { items: evidence, total: evidence.length, nextCursor: null });
      case `GET /v1/remediation/${INCIDENT}`:
        return send(200, { remediations });
      case 'GET /v1/notifications/approvals/pending':
        return send(200, { items: [], total: 0 });
      case 'POST /v1/remediation/rem_documented/approve':
        if (plan?.status !== 'awaiting_approval')
          return send(409, { error: 'invalid_status', message: 'not awaiting approval' });
        Object.assign(plan, { status: 'approved', approvedBy: 'ana@a.example', approvedAt: new Date().toISOString() });
        return send(200, { remediationId: 'rem_documented', status: 'approved' });
      case 'POST /v1/remediation/rem_documented/execute':
        Object.assign(plan ?? {}, { status: 'completed', outcome: 'resolved', executedAt: new Date().toISOString() });
        return send(200, { remediationId: 'rem_documented', status: 'executing' });
      default:
        return send(404, { error: 'not_found', message: call });
    }
  };

  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => rest(request, response, body));
  });
  const relay = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    authorizations.push(request.headers.authorization);
    relay.handleUpgrade(request, socket, head, (webSocket) => {
      sockets.set(webSocket, { investigation: false, remediation: false });
      webSocket.on('message', (data) => answerRpc(webSocket, JSON.parse(data.toString())));
      webSocket.on('close', () => sockets.delete(webSocket));
      const params = { connectionId: `conn_${randomUUID()}`, tenantId: 'ten_a', serverTime: new Date().toISOString() };
      webSocket.send(JSON.stringify({ jsonrpc: '2.0', method: 'connected', params }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    incidentId: INCIDENT,
    relayUrl: `ws://127.0.0.1:${port}/v1/connect`,
    apiUrl: `http://127.0.0.1:${port}`,
    refusedMethods,
    authorizations,
    pings: () => pings,
    watchers: () => [...sockets.values()].filter(({ investigation }) => investigation).length,
    listeners: () => streams.size,
    /** One event of the tenant, on the stream of server-sent events. */
    tell: (type: string, data: Json) => {
      const text = `id: evt_${randomUUID()}\nevent: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
      for (const stream of streams) stream.write(text);
    },
    progress: (message: string, timestamp = new Date().toISOString()) =>
      notify('investigation', 'investigation.progress', { message, agentName: 'Triage', timestamp }),
    /** A piece of evidence that the API has, and that no notification tells. */
    find: (evidenceId: string, summary: string) => {
      const timestamp = new Date().toISOString();
      evidence.push({ ...evidence[0], evidenceId, summary, timestamp });
    },
    complete: (rootCause: string) => {
      incident.rootCause = rootCause;
      notify('investigation', 'investigation.completed', {
        rootCause,
        confidence: 0.8,
        recommendedActions: ['Rebuild the index'],
      });
    },
    propose: () => {
      const plan = {
        remediationId: 'rem_documented',
        title: 'Rebuild the search index',
        requiresApproval: true,
        steps: ['Stop the writer', 'Rebuild'],
      };
      remediations.splice(0, 1, {
        ...plan,
        incidentId: INCIDENT,
        description: '',
        status: 'awaiting_approval',
        approvedBy: null,
        approvedAt: null,
        outcome: null,
        proposedAt: new Date().toISOString(),
        executedAt: null,
      });
      notify('remediation', 'remediation.proposed', plan);
    },
    dropAll: () => {
      for (const socket of sockets.keys()) socket.terminate();
    },
    stop: async () => {
      for (const socket of sockets.keys()) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
