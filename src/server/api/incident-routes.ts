import type { z } from 'zod';
import { firstIndex } from '../../incident/first-index.ts';
import { CreateIncident, IncidentDetail, IncidentList, ListIncidents, PatchIncident } from '../../protocol/api.ts';
import { actorOf, nameOf } from '../incidents/actor.ts';
import { actBy, idFor } from '../incidents/asker.ts';
import type { IncidentRecord } from '../incidents/records.ts';
import { setStatus } from '../incidents/status-changes.ts';
import { toNewEvent } from '../incidents/stored-event.ts';
import { TENANT_STREAM } from '../log/event-log.ts';
import { type ApiDeps, incidentOf } from './context.ts';
import { decodeCursor, encodeCursor, unknownCursor } from './cursor.ts';
import { OfIncident, type Route, route } from './route.ts';

const summaryOf = ({ incidentId, title, severity, status, source, createdAt }: IncidentRecord) => ({
  incidentId,
  title,
  severity,
  status,
  source,
  createdAt,
});

type Place = Pick<IncidentRecord, 'createdAt' | 'incidentId'>;

/** Oldest first. Records come nearly in this order, in which sorting costs little more than looking. */
const byAge = (a: Place, b: Place): number => {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  if (a.incidentId === b.incidentId) return 0;
  return a.incidentId < b.incidentId ? -1 : 1;
};

const readPlace = (cursor: string): Place => {
  const [createdAt = '', incidentId = ''] = decodeCursor(cursor, 2);
  return { createdAt, incidentId };
};

const listPage = (records: readonly IncidentRecord[], query: z.output<typeof ListIncidents>) => {
  const { severity, status, cursor, limit } = query;
  const matching = records
    .filter(
      (record) => (severity ?? record.severity) === record.severity && (status ?? record.status) === record.status,
    )
    .sort(byAge);
  if (query.order !== 'asc') matching.reverse();
  const direction = query.order === 'asc' ? 1 : -1;
  const after = cursor === undefined ? undefined : readPlace(cursor);
  // By all incidents, not by the matching ones: the last row of a page may have been moved out of them since.
  if (after !== undefined && !records.some((record) => byAge(record, after) === 0)) throw unknownCursor();
  const isSeen = (record: IncidentRecord | undefined): boolean =>
    after !== undefined && record !== undefined && direction * byAge(record, after) <= 0;
  const from = firstIndex(0, matching.length, (index) => isSeen(matching[index]));
  const page = matching.slice(from, from + limit);
  const last = page.at(-1);
  const isLast = from + page.length === matching.length;
  return {
    incidents: page.map(summaryOf),
    count: matching.length,
    cursor: last === undefined || isLast ? null : encodeCursor([last.createdAt, last.incidentId]),
  };
};

/** Opening, listing, reading and moving incidents. */
export const incidentRoutes = (deps: ApiDeps): readonly Route[] => {
  const { log, records, investigations, now } = deps;

  const detailOf = async (record: IncidentRecord) => {
    const { investigation } = await investigations.get(record.tenantId, record.incidentId);
    return {
      ...summaryOf(record),
      description: record.description,
      assignedAgents: [...investigation.agents.keys()],
      rootCause: investigation.rootCause?.statement ?? null,
      recommendedActions: [...(investigation.rootCause?.recommendedActions ?? [])],
      updatedAt: record.updatedAt,
    };
  };

  return [
    route({
      method: 'GET',
      path: '/v1/incidents',
      summary: 'The incidents of the tenant, a page at a time.',
      access: 'anybody',
      query: ListIncidents,
      answer: IncidentList,
      handle: ({ caller, query }) => listPage(records.incidents(caller.tenantId), query),
    }),
    route({
      method: 'GET',
      path: '/v1/incidents/:incidentId',
      summary: 'One incident.',
      access: 'anybody',
      params: OfIncident,
      answer: IncidentDetail,
      errors: ['incident_not_found'],
      handle: ({ caller, params }) => detailOf(incidentOf(deps, caller.tenantId, params.incidentId)),
    }),
    route({
      method: 'POST',
      path: '/v1/incidents/chat',
      summary: 'Opens an incident by hand.',
      access: 'person',
      body: CreateIncident,
      answer: IncidentDetail,
      status: 201,
      async handle({ caller, body: { title, description, severity } }) {
        const incidentId = idFor('inc', caller, 'incident');
        const params = {
          eventId: idFor('evt', caller, 'event'),
          incidentId,
          title,
          description,
          severity,
          status: 'open',
          source: 'manual',
          createdBy: nameOf(caller),
          actor: actorOf(caller),
          timestamp: new Date(now()).toISOString(),
        };
        await log.append({
          tenantId: caller.tenantId,
          stream: TENANT_STREAM,
          events: [toNewEvent('incident.created', params)],
        });
        return detailOf(incidentOf(deps, caller.tenantId, incidentId));
      },
    }),
    route({
      method: 'PATCH',
      path: '/v1/incidents/:incidentId',
      summary: 'Moves an incident to another status.',
      access: 'person',
      params: OfIncident,
      body: PatchIncident,
      answer: IncidentDetail,
      errors: ['incident_not_found'],
      async handle({ caller, params: { incidentId }, body: { status } }) {
        await setStatus(log, records, incidentOf(deps, caller.tenantId, incidentId), {
          ...actBy(caller, incidentId, now(), {}),
          newStatus: status,
        });
        return detailOf(incidentOf(deps, caller.tenantId, incidentId));
      },
    }),
  ];
};
