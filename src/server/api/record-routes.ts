import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { IncidentEvent } from '../../incident/event.ts';
import { postmortem } from '../../incident/postmortem.ts';
import { isTold } from '../../incident/postmortem-timeline.ts';
import { Id, newId } from '../../protocol/ids.ts';
import { IncidentStatus, Severity } from '../../protocol/values.ts';
import { ApiProblem } from '../api-problem.ts';
import { digestOfLines, readStream, recordOf } from '../incidents/record-text.ts';
import { toFoldable, toNewEvent } from '../incidents/stored-event.ts';
import { TENANT_STREAM } from '../log/event-log.ts';
import { type ApiDeps, incidentOf, mustBePerson, readInput } from './context.ts';
import { type Described, OfIncident } from './route.ts';

const IMPORT_EVENTS = 200;
const MAX_IMPORT_BYTES = 64 * 1024 * 1024;

const ExportQuery = z.object({ format: z.enum(['jsonl', 'markdown']).default('jsonl') });

const Head = z.looseObject({
  type: z.literal('incident'),
  incidentId: Id,
  title: z.string().min(1).max(300),
  severity: Severity,
  status: IncidentStatus,
  createdAt: z.iso.datetime({ offset: true }),
  description: z.string().optional(),
});
const Line = z.looseObject({
  type: z.literal('event'),
  method: z.string().min(1).max(200),
  params: z.looseObject({ eventId: Id }),
});
const End = z.looseObject({ type: z.literal('end'), events: z.int().nonnegative(), digest: z.string() });

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
    errors: ['unsupported_media_type'],
    consumes: ['application/x-ndjson'],
  },
];

const broken = (line: number, what: string): ApiProblem =>
  new ApiProblem(400, 'validation_error', `line ${line}: ${what}`);

const parseLine = (text: string, line: number): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw broken(line, 'is not JSON');
  }
};

/** Reads an exported record; 400 names the line that is not as it was written. */
const readRecord = (text: string) => {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const head = Head.safeParse(parseLine(lines[0] ?? '', 1));
  if (!head.success) throw broken(1, 'must be the incident');
  const end = End.safeParse(parseLine(lines.at(-1) ?? '', lines.length));
  if (!end.success) throw broken(lines.length, 'must be the end of the record');
  const events = lines.slice(1, -1).map((line, index) => {
    const event = Line.safeParse(parseLine(line, index + 2));
    if (!event.success) throw broken(index + 2, 'must be an event');
    return event.data;
  });
  if (end.data.events !== events.length || end.data.digest !== digestOfLines(lines.slice(0, -1))) {
    throw broken(lines.length, 'the digest does not fit: the record was changed or cut');
  }
  return { head: head.data, events };
};

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
      for await (const page of readStream(log, record))
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

  // In a scope of its own: anywhere else these are no types of a body.
  app.register(async (scope) => {
    scope.addContentTypeParser(
      ['application/x-ndjson', 'application/jsonl', 'text/plain'],
      { parseAs: 'string', bodyLimit: MAX_IMPORT_BYTES },
      (_request, body, done) => done(null, body),
    );

    scope.post('/v1/incidents/import', { bodyLimit: MAX_IMPORT_BYTES }, async (request, reply) => {
      const person = mustBePerson(await authenticate(request));
      if (typeof request.body !== 'string') {
        throw new ApiProblem(415, 'unsupported_media_type', 'Send the record as application/x-ndjson.');
      }
      const { head, events } = readRecord(request.body);
      // What begins with @ is no incident's stream but one of ours.
      const isTaken =
        head.incidentId.startsWith('@') || records.incident(person.tenantId, head.incidentId) !== undefined;
      const incidentId = isTaken ? newId('inc') : head.incidentId;
      // What was decided then is on record, not decided again: nothing that follows from an event follows from these.
      const imported = { importedAt: new Date(now()).toISOString(), importedBy: person.email };
      for (let from = 0; from < events.length; from += IMPORT_EVENTS) {
        await log.append({
          tenantId: person.tenantId,
          stream: incidentId,
          events: events
            .slice(from, from + IMPORT_EVENTS)
            .map(({ method, params: { seq: _, ...params } }) =>
              toNewEvent(method, { ...params, ...imported, incidentId, eventId: params.eventId }),
            ),
        });
      }
      const created = {
        ...imported,
        eventId: newId('evt'),
        incidentId,
        title: head.title,
        description: head.description ?? '',
        severity: head.severity,
        status: 'closed',
        source: 'manual',
        createdBy: person.email,
        timestamp: head.createdAt,
      };
      await log.append({
        tenantId: person.tenantId,
        stream: TENANT_STREAM,
        events: [toNewEvent('incident.created', created)],
      });
      return reply.status(201).send({ incidentId, events: events.length, status: 'closed' });
    });
  });
};
