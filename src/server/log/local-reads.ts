import type { AppendResult, EventLog, LoggedEvent, NewEvent } from './event-log.ts';
import type { Scanned } from './scanner.ts';
import { assertStorable } from './storable.ts';
import { type AppendReply, type AppendRequest, type ReadReply, type ReadRequest, replyOf } from './wire.ts';
import type { Reader } from './workers.ts';

/** The reading half of the port, over a database of this process. */
export const createReads = (reader: Reader): Pick<EventLog, 'read' | 'head' | 'count' | 'scan' | 'find'> => {
  const head = async (tenantId: string, stream: string): Promise<number> => {
    assertStorable(tenantId, stream);
    return replyOf(await reader.call(['head', tenantId, stream]), 'head')[1];
  };

  return {
    async read(range) {
      assertStorable(range.tenantId, range.stream);
      return replyOf(await reader.call(['read', range]), 'page')[1];
    },

    head: ({ tenantId, stream }) => head(tenantId, stream),

    // Dense seqs and no deletion: the newest seq is the count.
    count: ({ tenantId, stream }) => head(tenantId, stream),

    async scan({ afterPosition, limit, maxBytes = Number.MAX_SAFE_INTEGER, tenantId = null, methods = null }) {
      assertStorable(tenantId ?? undefined, ...(methods ?? []));
      const events: LoggedEvent[] = [];
      let bytes = 0;
      let after: Scanned['examinedTo'] = afterPosition;
      while (typeof after === 'number' && events.length < limit) {
        const rest = { limit: limit - events.length, maxBytes: maxBytes - bytes };
        const request: ReadRequest = ['scan', { afterPosition: after, ...rest, tenantId, methods }];
        const [, step]: Extract<ReadReply, readonly ['scanned', ...unknown[]]> = replyOf(
          await reader.call(request),
          'scanned',
        );
        const stepBytes = step.events.reduce((sum, { params }) => sum + Buffer.byteLength(params), 0);
        // A step holds one event whatever its size; it goes alone.
        if (events.length > 0 && stepBytes > rest.maxBytes) break;
        events.push(...step.events);
        bytes += stepBytes;
        after = step.examinedTo;
      }
      return events;
    },

    async find(tenantId, eventId) {
      assertStorable(tenantId, eventId);
      return replyOf(await reader.call(['find', tenantId, eventId]), 'found')[1];
    },
  };
};

/** An append as the writer takes it. Throws a `TypeError` for text that cannot be stored. */
export const toRequest = ({ tenantId, stream, events, expect }: Parameters<EventLog['append']>[0]): AppendRequest => {
  assertStorable(tenantId, stream, expect?.key);
  const tuples = events.map(({ eventId, method, key, params }) => {
    assertStorable(eventId, method, key, params);
    return [eventId, method, key, params] as const;
  });
  return ['append', tenantId, stream, tuples, expect?.key ?? null, expect?.seq ?? 0];
};

/** What the writer answered, as the port says it. */
export const toResult = (events: readonly NewEvent[], reply: AppendReply): AppendResult => {
  if (reply[0] === 'refused') return { ok: false, seq: reply[1] };
  const [, seqsAndPositions] = reply;
  const appended = events.map(({ eventId }, index) => ({
    eventId,
    seq: seqsAndPositions[2 * index] ?? 0,
    duplicate: seqsAndPositions[2 * index + 1] === 0,
  }));
  return { ok: true, appended };
};
