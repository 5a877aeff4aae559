import { z } from 'zod';
import type { AppendRequest } from '../wire.ts';

/** Of a message that holds no appends but names the messages that do, by their seqs. */
export const PARTS_HEADER = 'Causeflow-Parts';

/** Positions that each message of the stream has for its events: more than an append may hold. */
export const POSITIONS = 65_536;

/** What a broker takes that does not say. */
export const DEFAULT_MAX_PAYLOAD = 1_048_576;

const Head = z.array(
  z.tuple([
    z.string(),
    z.string(),
    z.string().nullable(),
    z.number(),
    z.array(z.tuple([z.string(), z.string(), z.string(), z.int().nonnegative()])),
  ]),
);

/**
 * Appends as a message: a line of JSON that describes them, then the params of all events, one after the other and as
 * they are. `[[tenantId, stream, expectKey, expectSeq, [[eventId, method, key, chars of params], …]], …]`.
 */
export const encodeAppends = (appends: readonly AppendRequest[]): Uint8Array => {
  const head = appends.map(([, tenantId, stream, events, expectKey, expectSeq]) => [
    tenantId,
    stream,
    expectKey,
    expectSeq,
    events.map(([eventId, method, key, params]) => [eventId, method, key, params.length]),
  ]);
  const bodies = appends.flatMap(([, , , events]) => events.map(([, , , params]) => params));
  return Buffer.from(`${JSON.stringify(head)}\n${bodies.join('')}`);
};

/** The appends of a message. Throws where it is none of ours. */
export const decodeAppends = (data: Uint8Array): readonly AppendRequest[] => {
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();
  const end = text.indexOf('\n');
  let at = end + 1;
  return Head.parse(JSON.parse(text.slice(0, end))).map(([tenantId, stream, expectKey, expectSeq, events]) => {
    const tuples = events.map(([eventId, method, key, chars]) => {
      const params = text.slice(at, at + chars);
      at += chars;
      return [eventId, method, key, params] as const;
    });
    return ['append', tenantId, stream, tuples, expectKey, expectSeq] as const;
  });
};

/** What an append adds to a message, roughly. */
export const bytesOf = ([, , , events]: AppendRequest): number =>
  events.reduce((sum, [, , , params]) => sum + Buffer.byteLength(params) + 200, 200);
