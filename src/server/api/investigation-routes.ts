import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ReadHistory } from '../../protocol/api.ts';
import { EvidenceType } from '../../protocol/values.ts';
import { notFound } from '../api-problem.ts';
import { readParams } from '../incidents/stored-event.ts';
import type { LoggedEvent } from '../log/event-log.ts';
import { type ApiDeps, mustBePerson, readInput } from './context.ts';
import { decodeCursor, encodeCursor, unknownCursor } from './cursor.ts';

const ReadEvidence = z.object({
  type: EvidenceType.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(20),
  cursor: z.string().optional(),
});

type HistoryQuery = z.output<typeof ReadHistory>;

/** How much of the log one filtered history request reads at the most before it answers with what it found. */
const MAX_SCANNED = 50_000;
const PAGE_EVENTS = 2_000;
const PAGE_BYTES = 4 * 1024 * 1024;

/** Somewhere in the values; the names of fields are not what anybody looks for. */
const mentions = (value: unknown, lowered: string): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).some((inner) => mentions(inner, lowered))
    : String(value).toLowerCase().includes(lowered);

const isWanted = (event: LoggedEvent, query: HistoryQuery): boolean => {
  if (query.type !== undefined && event.method !== query.type) return false;
  if (query.agent === undefined && query.kind === undefined && query.q === undefined) return true;
  const params = readParams(event);
  if (query.agent !== undefined && params.agentName !== query.agent) return false;
  if (query.kind !== undefined && params.kind !== query.kind) return false;
  return query.q === undefined || mentions(params, query.q.toLowerCase());
};

const historyItem = (event: LoggedEvent) => {
  const params = readParams(event);
  return { eventId: event.eventId, seq: event.seq, timestamp: params.timestamp, method: event.method, params };
};

export const registerInvestigationRoutes = (app: FastifyInstance, deps: ApiDeps): void => {
  const { log, records, investigations, dispatches, relay, authenticate } = deps;

  const mustExist = (tenantId: string, incidentId: string) => {
    const record = records.incident(tenantId, incidentId);
    if (record === undefined) throw notFound('incident', 'There is no such incident.');
    return record;
  };

  /** From one end of the range towards the other, until the page is full; `items` are ascending either way. */
  const readHistory = async (tenantId: string, stream: string, query: HistoryQuery) => {
    const backwards = query.beforeSeq !== undefined && query.afterSeq === undefined;
    const found: LoggedEvent[] = [];
    let { afterSeq, beforeSeq } = query;
    let scanned = 0;
    for (;;) {
      const page = await log.read({
        tenantId,
        stream,
        limit: PAGE_EVENTS,
        maxBytes: PAGE_BYTES,
        take: backwards ? 'descending' : 'ascending',
        ...(afterSeq === undefined ? {} : { afterSeq }),
        ...(beforeSeq === undefined ? {} : { beforeSeq }),
      });
      const wanted = page.events.filter((event) => isWanted(event, query));
      if (backwards) found.unshift(...wanted);
      else found.push(...wanted);
      scanned += page.events.length;
      const edge = backwards ? page.events[0] : page.events.at(-1);
      if (edge === undefined || found.length >= query.limit || scanned >= MAX_SCANNED) break;
      if (backwards) beforeSeq = edge.seq;
      else afterSeq = edge.seq;
    }
    return backwards ? found.slice(-query.limit) : found.slice(0, query.limit);
  };

  app.post<{ Params: { incidentId: string } }>('/v1/investigation/:incidentId', async (request) => {
    const person = mustBePerson(await authenticate(request));
    const record = mustExist(person.tenantId, request.params.incidentId);
    if (record.openDispatch === null) await dispatches.dispatch(record, undefined, true);
    const takers = relay.takers(person.tenantId);
    const { investigation } = await investigations.get(person.tenantId, record.incidentId);
    return {
      incidentId: record.incidentId,
      status: 'investigating',
      agentsDispatched: [...investigation.agents.keys()],
      message: takers > 0 ? 'Agents are on their way.' : 'Queued: no agent is connected yet; the next one takes it up.',
    };
  });

  app.get<{ Params: { incidentId: string } }>('/v1/investigation/:incidentId', async (request) => {
    const { tenantId } = await authenticate(request);
    const record = mustExist(tenantId, request.params.incidentId);
    const { investigation } = await investigations.get(tenantId, record.incidentId);
    const { rootCause, evidence, agents } = investigation;
    return {
      incidentId: record.incidentId,
      rootCause: rootCause?.statement ?? null,
      confidence: rootCause?.confidence ?? 0,
      evidence: evidence.map((item) => ({
        agentRole: agents.get(item.agentName)?.role || item.agentName,
        content: item.summary,
      })),
      recommendedActions: rootCause?.recommendedActions ?? [],
    };
  });

  app.get<{ Params: { incidentId: string } }>('/v1/investigation/:incidentId/events', async (request) => {
    const { tenantId } = await authenticate(request);
    const { incidentId } = mustExist(tenantId, request.params.incidentId);
    const query = readInput(ReadHistory, request.query);
    const stream = { tenantId, stream: incidentId };
    const [events, headSeq, total] = await Promise.all([
      readHistory(tenantId, incidentId, query),
      log.head(stream),
      log.count(stream),
    ]);
    return { items: events.map(historyItem), headSeq, total, epoch: log.epoch };
  });

  app.get<{ Params: { incidentId: string } }>('/v1/triage/:incidentId/evidence', async (request) => {
    const { tenantId } = await authenticate(request);
    const { incidentId } = mustExist(tenantId, request.params.incidentId);
    const query = readInput(ReadEvidence, request.query);
    const { investigation } = await investigations.get(tenantId, incidentId);
    const matching = investigation.evidence.filter((item) => query.type === undefined || item.type === query.type);
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, 1)[0];
    const from = after === undefined ? 0 : matching.findIndex((item) => item.evidenceId === after) + 1;
    if (after !== undefined && from === 0) throw unknownCursor();
    const page = matching.slice(from, from + query.limit);
    const last = page.at(-1);
    return {
      items: page.map((item) => ({
        ...item,
        severity: item.severity ?? 'info',
        timestamp: item.timestamp ?? new Date(item.at).toISOString(),
        rawSnippet: item.rawSnippet ?? '',
      })),
      total: matching.length,
      nextCursor: last !== undefined && from + page.length < matching.length ? encodeCursor([last.evidenceId]) : null,
    };
  });
};
