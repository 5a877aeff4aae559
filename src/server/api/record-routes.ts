import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { IncidentEvent } from '../../incident/event.ts';
import { postmortem } from '../../incident/postmortem.ts';
import { isTold } from '../../incident/postmortem-timeline.ts';
import { Id } from '../../protocol/ids.ts';
import { ApiProblem } from '../api-problem.ts';
import { causeOf } from '../http/idempotency.ts';
import { actorOf, nameOf } from '../incidents/actor.ts';
import { type Asker, idFor, leftBefore } from '../incidents/asker.ts';
import { recordOf } from '../incidents/record-text.ts';
import { readParams, toFoldable, toNewEvent } from '../incidents/stored-event.ts';
import { TENANT_STREAM } from '../log/event-log.ts';
import { streamPages } from '../log/stream-pages.ts';
import { type ApiDeps, incidentOf, mustBePerson, readInput } from './context.ts';
import { createImportTurns } from './import-turns.ts';
import { isReceivedRecord, type ReceivedRecord, receiveRecord } from './read-record.ts';
import { type Described, OfIncident } from './route.ts';

const MAX_IMPORT_BYTES = 64 * 1024 * 1024;

const ExportQuery = z.object({ format: z.enum(['jsonl', 'markdown']).default('jsonl') });

/** How the two calls are described; their bodies are no JSON. */
export const RECORD_CALLS: readonly Described[] = [
  {
    method: 'GET',
    path: '/v1/incidents/:incidentId/export',
    summary: 'The whole record of an incident, or a draft of its postmortem.',
    access: 'anybody',
    params: OfIncident,
    query: ExportQuery,
    body: null,
    answer: z.string(),
    status: 200,
    errors: ['incident_not_found'],
    produces: ['application/x-ndjson', 'text/markdown'],
  },
  {
    method: 'POST',
    path: '/v1/incidents/import',
    summary: 'Takes an exported record back, as a finished incident.',
    access: 'person',
    params: z.object({}),
    query: z.object({}),
    body: z.string(),
    answer: z.object({ incidentId: Id, events: z.int(), status: z.literal('closed') }),
    status: 201,
    errors: ['unsupported_media_type', 'payload_too_large', 'invalid_status'],
    consumes: ['application/x-ndjson'],
  },
];

/** `GET …/export` gives an incident's whole record or a postmortem draft; `POST /v1/incidents/import` takes a record back. */
export const registerRecordRoutes = (app: FastifyInstance, deps: ApiDeps): void => {
  const { log, records, investigations, authenticate, now } = deps;

  app.get<{ Params: { incidentId: string } }>('/v1/incidents/:incidentId/export', async (request, reply) => {
    const { tenantId } = await authenticate(request);
    const record = incidentOf(deps, tenantId, request.params.incidentId);
    const { format } = readInput(ExportQuery, request.query);
    const attach = (extension: string) =>
      reply.header(
        'content-disposition',
        `attachment; filename="${record.incidentId.replace(/[^\w.-]/g, '_')}.${extension}"`,
      );
    if (format === 'markdown') {
      const { investigation } = await investigations.get(tenantId, record.incidentId);
      const events: IncidentEvent[] = [];
      for await (const page of streamPages(log, { tenantId, stream: record.incidentId }))
        for (const logged of page) {
          const event = toFoldable(logged);
          if (event !== undefined && isTold(event)) events.push(event);
        }
      return attach('md').type('text/markdown; charset=utf-8').send(postmortem(record, { events, investigation }));
    }
    return attach('jsonl')
      .type('application/x-ndjson; charset=utf-8')
      .send(Readable.from(recordOf(log, record)));
  });

  /** Appends the record as an incident of this tenant; resolves to its id. A request that is sent again imports it once. */
  const store = async (asker: Asker, { head, parts }: ReturnType<ReceivedRecord['read']>): Promise<string> => {
    const { tenantId } = asker;
    const before = await leftBefore(log, asker, TENANT_STREAM);
    if (before !== undefined) return readParams(before).incidentId;
    const isTaken = (id: string): boolean => records.incident(tenantId, id) !== undefined;
    // What begins with @ is no incident's stream but one of ours.
    const isFree = !head.incidentId.startsWith('@') && !isTaken(head.incidentId);
    const incidentId = isFree ? head.incidentId : idFor('inc', asker, 'incident');
    // What was decided then is on record, not decided again: nothing that follows from an event follows from these.
    const imported = { importedAt: new Date(now()).toISOString(), importedBy: nameOf(asker) };
    for (const events of parts()) {
      // History is not mixed into what goes on.
      if (isTaken(incidentId)) {
        throw new ApiProblem(409, 'invalid_status', 'An incident of this id was opened meanwhile. Import it again.');
      }
      await log.append({
        tenantId,
        stream: incidentId,
        events: events.map(({ method, params: { seq: _, ...params } }) =>
          toNewEvent(method, { ...params, ...imported, incidentId, eventId: params.eventId }),
        ),
      });
    }
    const created = {
      ...imported,
      eventId: idFor('evt', asker, 'event'),
      incidentId,
      title: head.title,
      description: head.description ?? '',
      severity: head.severity,
      status: 'closed',
      source: 'manual',
      createdBy: nameOf(asker),
      actor: actorOf(asker),
      timestamp: head.createdAt,
    };
    await log.append({
      tenantId,
      stream: TENANT_STREAM,
      events: [toNewEvent('incident.created', created)],
    });
    return incidentId;
  };

  // In a scope of its own: anywhere else these are no types of a body.
  app.register(async (scope) => {
    const takeTurn = createImportTurns();
    // Before the body is read, and after the caller's own limits.
    scope.addHook('preParsing', async (request, reply) => {
      const { tenantId } = mustBePerson(await authenticate(request));
      await takeTurn(request, reply, tenantId);
    });
    scope.addContentTypeParser(
      ['application/x-ndjson', 'application/jsonl', 'text/plain'],
      (request: FastifyRequest, payload: Readable) =>
        receiveRecord(payload, MAX_IMPORT_BYTES, Number(request.headers['content-length'])),
    );

    scope.post('/v1/incidents/import', async (request, reply) => {
      const person = mustBePerson(await authenticate(request));
      if (!isReceivedRecord(request.body)) {
        throw new ApiProblem(415, 'unsupported_media_type', 'Send the record as application/x-ndjson.');
      }
      const record = request.body.read();
      const storing = store({ ...person, cause: causeOf(request) }, record);
      request.storing = storing;
      const incidentId = await storing;
      return reply.status(201).send({ incidentId, events: record.count, status: 'closed' });
    });
  });
};
