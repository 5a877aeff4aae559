import { EvidencePage, History, InvestigationResults, InvestigationStarted, ReadHistory } from '../../protocol/api.ts';
import { ReadEvidence } from '../../protocol/api-steering.ts';
import { readParams } from '../incidents/stored-event.ts';
import type { LoggedEvent } from '../log/event-log.ts';
import { type ApiDeps, incidentOf } from './context.ts';
import { decodeCursor, encodeCursor, unknownCursor } from './cursor.ts';
import { namesPlace, readAround } from './read-around.ts';
import { readHistory } from './read-history.ts';
import { OfIncident, type Route, route } from './route.ts';

const historyItem = (event: LoggedEvent) => {
  const params = readParams(event);
  return { eventId: event.eventId, seq: event.seq, timestamp: params.timestamp, method: event.method, params };
};

/** Starting an investigation, and reading what it found and how. */
export const investigationRoutes = (deps: ApiDeps): readonly Route[] => {
  const { log, investigations, dispatches, relay } = deps;

  return [
    route({
      method: 'POST',
      path: '/v1/investigation/:incidentId',
      summary: 'Sends the agents off.',
      access: 'person',
      params: OfIncident,
      answer: InvestigationStarted,
      errors: ['incident_not_found'],
      async handle({ caller, params: { incidentId } }) {
        const record = incidentOf(deps, caller.tenantId, incidentId);
        if (record.openDispatch === null) await dispatches.dispatch(record, caller, true);
        const takers = relay.takers(caller.tenantId);
        const { investigation } = await investigations.get(caller.tenantId, incidentId);
        return {
          incidentId,
          status: 'investigating' as const,
          agentsDispatched: [...investigation.agents.keys()],
          message:
            takers > 0 ? 'Agents are on their way.' : 'Queued: no agent is connected yet; the next one takes it up.',
        };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/investigation/:incidentId',
      summary: 'What the investigation found.',
      access: 'anybody',
      params: OfIncident,
      answer: InvestigationResults,
      errors: ['incident_not_found'],
      async handle({ caller, params: { incidentId } }) {
        incidentOf(deps, caller.tenantId, incidentId);
        const { investigation } = await investigations.get(caller.tenantId, incidentId);
        const { rootCause, evidence, agents } = investigation;
        return {
          incidentId,
          rootCause: rootCause?.statement ?? null,
          confidence: rootCause?.confidence ?? 0,
          evidence: evidence.map((item) => ({
            agentRole: agents.get(item.agentName)?.role || item.agentName,
            content: item.summary,
          })),
          recommendedActions: [...(rootCause?.recommendedActions ?? [])],
        };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/investigation/:incidentId/events',
      summary:
        'The events of an incident, from either side of a position and filtered (fewer than the limit are the last), or around a place.',
      access: 'anybody',
      params: OfIncident,
      query: ReadHistory,
      answer: History,
      errors: ['incident_not_found'],
      async handle({ caller: { tenantId }, params: { incidentId }, query, reply }) {
        incidentOf(deps, tenantId, incidentId);
        const stream = { tenantId, stream: incidentId };
        const [{ events, offset }, headSeq, total] = await Promise.all([
          !namesPlace(query)
            ? readHistory(log, stream, query, () => reply.raw.destroyed).then((found) => ({
                events: found,
                offset: undefined,
              }))
            : readAround(log, investigations, stream, query),
          log.head(stream),
          log.count(stream),
        ]);
        return { items: events.map(historyItem), headSeq, total, offset, epoch: log.epoch };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/triage/:incidentId/evidence',
      summary: 'The evidence that was collected, a page at a time.',
      access: 'anybody',
      params: OfIncident,
      query: ReadEvidence,
      answer: EvidencePage,
      errors: ['incident_not_found'],
      async handle({ caller, params: { incidentId }, query }) {
        incidentOf(deps, caller.tenantId, incidentId);
        const { investigation } = await investigations.get(caller.tenantId, incidentId);
        const isWanted = ({ type }: { type: string }): boolean => query.type === undefined || type === query.type;
        const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, 1)[0];
        // The last item of a page may have been collected again since, as another type: its place stays.
        const from =
          after === undefined ? 0 : investigation.evidence.findIndex((item) => item.evidenceId === after) + 1;
        if (after !== undefined && from === 0) throw unknownCursor();
        const rest = investigation.evidence.slice(from).filter(isWanted);
        const page = rest.slice(0, query.limit);
        const last = page.at(-1);
        const hasMore = last !== undefined && rest.length > page.length;
        return {
          items: page.map((item) => ({
            ...item,
            severity: item.severity ?? 'info',
            timestamp: item.timestamp ?? new Date(item.at).toISOString(),
            rawSnippet: item.rawSnippet ?? '',
          })),
          total: investigation.evidence.filter(isWanted).length,
          nextCursor: hasMore ? encodeCursor([last.evidenceId]) : null,
        };
      },
    }),
  ];
};
