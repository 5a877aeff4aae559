import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Principal } from '../auth/principal.ts';
import { readParams } from '../incidents/stored-event.ts';
import type { LoggedEvent } from '../log/event-log.ts';
import { TENANT_EVENTS } from '../relay/tenant-feeds.ts';
import type { ApiDeps } from './context.ts';
import { readInput } from './context.ts';

/** Proxies give up on a silent answer after a minute. */
const PING_EVERY_MS = 30_000;
const PAGE_EVENTS = 500;
/** A reader that leaves this much untaken is ended; its Last-Event-ID brings it back to where it was. */
const MAX_BEHIND_BYTES = 1024 * 1024;

const StreamQuery = z.looseObject({ token: z.string().optional() });

const frameOf = (event: LoggedEvent): string => {
  const { seq: _, ...params } = readParams(event);
  return `id: ${event.eventId}\nevent: ${event.method}\ndata: ${JSON.stringify({ type: event.method, ...params })}\n\n`;
};

const METHODS = [...TENANT_EVENTS];

/** `GET /v1/notifications/stream`: the tenant's events as server-sent events, from `Last-Event-ID` on. */
export const registerNotificationStream = (
  app: FastifyInstance,
  deps: Pick<ApiDeps, 'log'> & {
    hub: { joinTenant(tenantId: string, listener: (batch: readonly { event: LoggedEvent }[]) => void): () => void };
    authenticate(request: FastifyRequest): Promise<Principal>;
  },
): void => {
  app.get('/v1/notifications/stream', async (request, reply) => {
    const { token } = readInput(StreamQuery, request.query);
    if (token !== undefined && request.headers.authorization === undefined) {
      request.headers.authorization = `Bearer ${token}`;
    }
    const { tenantId } = await deps.authenticate(request);
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

    let isOver = false;
    let isLive = false;
    const missed: LoggedEvent[] = [];
    const write = (text: string): void => {
      if (isOver) return;
      response.write(text);
      if (response.writableLength > MAX_BEHIND_BYTES) response.destroy();
    };
    const leave = deps.hub.joinTenant(tenantId, (batch) => {
      for (const { event } of batch) {
        if (!TENANT_EVENTS.has(event.method)) continue;
        if (isLive) write(frameOf(event));
        else missed.push(event);
      }
    });
    const ping = setInterval(() => write('event: ping\ndata: {"type":"ping"}\n\n'), PING_EVERY_MS);
    response.on('close', () => {
      isOver = true;
      leave();
      clearInterval(ping);
    });

    const from = after === undefined ? undefined : await deps.log.find(tenantId, after);
    let cursor = from?.position ?? null;
    while (cursor !== null && !isOver) {
      const page: readonly LoggedEvent[] = await deps.log.scan({
        afterPosition: cursor,
        limit: PAGE_EVENTS,
        tenantId,
        methods: METHODS,
      });
      for (const event of page) write(frameOf(event));
      const last = page.at(-1);
      if (last === undefined) break;
      cursor = last.position;
      if (response.writableNeedDrain)
        await new Promise<void>((resolve) => response.once('drain', resolve).once('close', resolve));
    }
    isLive = true;
    for (const event of missed) if (cursor === null || event.position > cursor) write(frameOf(event));
  });
};
