import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { STREAM_PATH } from '../auth/callers.ts';
import type { Session, Sessions } from '../auth/sessions.ts';
import { createStreamRoom } from '../http/stream-room.ts';
import { readParams } from '../incidents/stored-event.ts';
import type { LoggedEvent } from '../log/event-log.ts';
import type { Meters } from '../metrics/meters.ts';
import type { Hub } from '../relay/hub.ts';
import type { ReaderShare } from '../relay/share.ts';
import { createSink, gather, type Outlet } from '../relay/sink.ts';
import { startTenantFeed } from '../relay/tenant-feed.ts';
import { TENANT_EVENTS } from '../relay/tenant-feeds.ts';
import type { ApiDeps } from './context.ts';
import { readInput } from './context.ts';
import type { Described } from './route.ts';

/** Proxies give up on a silent answer after a minute. */
const PING_EVERY_MS = 30_000;
/** How often it is looked whether the token has expired. */
const CHECK_EVERY_MS = 1_000;

const StreamQuery = z.looseObject({ token: z.string().optional() });

export const NOTIFICATION_STREAM: Described = {
  method: 'GET',
  path: STREAM_PATH,
  summary: 'The tenant’s events as server-sent events, from the header Last-Event-ID on.',
  access: 'anybody',
  params: z.object({}),
  query: StreamQuery,
  body: null,
  answer: z.string(),
  status: 200,
  errors: [],
  produces: ['text/event-stream'],
};

/** An id that the publisher has chosen may hold line ends, of which the format has none: such an event has no id here. */
const idLine = ({ eventId }: LoggedEvent): string => (/[\r\n]/.test(eventId) ? '' : `id: ${eventId}\n`);

const frameOf = (event: LoggedEvent): string => {
  const { seq: _, ...params } = readParams(event);
  return `${idLine(event)}event: ${event.method}\ndata: ${JSON.stringify({ type: event.method, ...params })}\n\n`;
};

/** The answer as a sink writes to it. */
const outletOf = (response: ServerResponse): Outlet => ({
  isOpen: () => !response.destroyed && !response.writableEnded,
  write: (bytes, onTaken) => void response.write(bytes, onTaken),
  gather: () => gather(response),
  encode: (text) => Buffer.from(text),
});

/**
 * `GET /v1/notifications/stream`: the tenant's events as server-sent events, from `Last-Event-ID` on. A reader that
 * takes nothing from one ping to the next is ended; its Last-Event-ID brings it back to where it was. It ends with the
 * token and with the session, too: who comes back is asked for a new one.
 */
export const registerNotificationStream = (
  app: FastifyInstance,
  deps: Pick<ApiDeps, 'log' | 'now'> & {
    hub: Pick<Hub, 'joinTenant'>;
    share: ReaderShare;
    elapsed: () => number;
    meters: Meters;
    sessions: Pick<Sessions, 'onEnd' | 'isLive'>;
    sessionOf(request: FastifyRequest): Promise<Session>;
    streamsPerTenant: number;
    onLimit: () => void;
  },
): void => {
  const takeRoom = createStreamRoom(deps.streamsPerTenant, deps.onLimit);
  const open = new Set<ServerResponse>();
  app.addHook('preClose', async () => {
    for (const response of open) response.end();
  });

  app.get(STREAM_PATH, async (request, reply) => {
    readInput(StreamQuery, request.query);
    const { id, person } = await deps.sessionOf(request);
    const { tenantId } = person;
    // Whoever has gone meanwhile would never be seen to go, and keep the room of a stream for good.
    if (reply.raw.closed) return reply.hijack();
    const makeRoom = takeRoom(reply, tenantId);
    const lastId = request.headers['last-event-id'];
    const after = typeof lastId === 'string' ? lastId : undefined;

    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
    });
    response.write(': connected\n\n');
    open.add(response);

    const sink = createSink(outletOf(response), deps.elapsed, deps.share);
    const feed = startTenantFeed(
      {
        log: deps.log,
        hub: deps.hub,
        sink,
        meters: deps.meters,
        tenantId: person.tenantId,
        methods: TENANT_EVENTS,
        wants: () => true,
        frame: frameOf,
        onFailure: (error) => {
          request.log.error({ err: error }, 'a notification stream failed');
          response.end();
        },
      },
      after,
    );
    deps.meters.eventStreams += 1;
    let wasBehind = false;
    const ping = setInterval(() => {
      if (wasBehind && response.writableNeedDrain) return response.destroy();
      wasBehind = response.writableNeedDrain;
      if (!wasBehind) sink.send('event: ping\ndata: {"type":"ping"}\n\n');
    }, PING_EVERY_MS);
    const check = setInterval(() => {
      if (deps.now() >= person.expiresAt) response.end();
    }, CHECK_EVERY_MS);
    const leave = id === null ? undefined : deps.sessions.onEnd(id, () => response.end());
    response.on('close', () => {
      open.delete(response);
      makeRoom();
      sink.closed();
      deps.meters.eventStreams -= 1;
      feed.stop();
      leave?.();
      clearInterval(ping);
      clearInterval(check);
    });
    // It may have ended while it was looked at.
    if (id !== null && !(await deps.sessions.isLive(id))) response.end();
  });
};
