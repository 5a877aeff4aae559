import type { FastifyInstance } from 'fastify';
import { CreateIncident, ListIncidents, PatchIncident } from '../../protocol/api.ts';
import { newId } from '../../protocol/ids.ts';
import { notFound } from '../api-problem.ts';
import type { IncidentRecord } from '../incidents/records.ts';
import { toNewEvent } from '../incidents/stored-event.ts';
import { TENANT_STREAM } from '../log/event-log.ts';
import { type ApiDeps, mustBePerson, readInput } from './context.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

const summaryOf = ({ incidentId, title, severity, status, source, createdAt }: IncidentRecord) => ({
  incidentId,
  title,
  severity,
  status,
  source,
  createdAt,
});

const sortKey = (record: IncidentRecord): readonly [string, string] => [record.createdAt, record.incidentId];

const compare = (a: readonly string[], b: readonly string[]): number => {
  for (const [index, part] of a.entries()) {
    const other = b[index] ?? '';
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
};

const listPage = (records: readonly IncidentRecord[], query: ReturnType<typeof readListQuery>) => {
  const direction = query.order === 'asc' ? 1 : -1;
  const matching = records
    .filter((record) => query.severity === undefined || record.severity === query.severity)
    .filter((record) => query.status === undefined || record.status === query.status)
    .sort((a, b) => direction * compare(sortKey(a), sortKey(b)));
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, 2);
  const rest =
    after === undefined ? matching : matching.filter((record) => direction * compare(sortKey(record), after) > 0);
  const page = rest.slice(0, query.limit);
  const last = page.at(-1);
  return {
    incidents: page.map(summaryOf),
    count: matching.length,
    cursor: last !== undefined && rest.length > page.length ? encodeCursor(sortKey(last)) : null,
  };
};

const readListQuery = (query: unknown) => readInput(ListIncidents, query);

export const registerIncidentRoutes = (app: FastifyInstance, deps: ApiDeps): void => {
  const { log, records, investigations, authenticate, now } = deps;

  const detailOf = async (record: IncidentRecord) => {
    const { investigation } = await investigations.get(record.tenantId, record.incidentId);
    return {
      ...summaryOf(record),
      description: record.description,
      assignedAgents: [...investigation.agents.keys()],
      rootCause: investigation.rootCause?.statement ?? null,
      recommendedActions: investigation.rootCause?.recommendedActions ?? [],
      updatedAt: record.updatedAt,
    };
  };

  const mustExist = (tenantId: string, incidentId: string): IncidentRecord => {
    const record = records.incident(tenantId, incidentId);
    if (record === undefined) throw notFound('incident', 'There is no such incident.');
    return record;
  };

  app.get('/v1/incidents', async (request) => {
    const { tenantId } = await authenticate(request);
    return listPage(records.incidents(tenantId), readListQuery(request.query));
  });

  app.get<{ Params: { incidentId: string } }>('/v1/incidents/:incidentId', async (request) => {
    const { tenantId } = await authenticate(request);
    return detailOf(mustExist(tenantId, request.params.incidentId));
  });

  app.post('/v1/incidents/chat', async (request, reply) => {
    const person = mustBePerson(await authenticate(request));
    const { title, description, severity } = readInput(CreateIncident, request.body);
    const incidentId = newId('inc');
    const params = {
      eventId: newId('evt'),
      incidentId,
      title,
      description,
      severity,
      status: 'open',
      source: 'manual',
      createdBy: person.email,
      timestamp: new Date(now()).toISOString(),
    };
    await log.append({
      tenantId: person.tenantId,
      stream: TENANT_STREAM,
      events: [toNewEvent('incident.created', params)],
    });
    return reply.status(201).send(await detailOf(mustExist(person.tenantId, incidentId)));
  });

  app.patch<{ Params: { incidentId: string } }>('/v1/incidents/:incidentId', async (request) => {
    const person = mustBePerson(await authenticate(request));
    const record = mustExist(person.tenantId, request.params.incidentId);
    const { status } = readInput(PatchIncident, request.body);
    if (status !== record.status) {
      const params = {
        eventId: newId('evt'),
        incidentId: record.incidentId,
        previousStatus: record.status,
        newStatus: status,
        by: person.email,
        timestamp: new Date(now()).toISOString(),
      };
      await log.append({
        tenantId: person.tenantId,
        stream: TENANT_STREAM,
        events: [toNewEvent('incident.status_changed', params)],
      });
    }
    return detailOf(mustExist(person.tenantId, record.incidentId));
  });
};
