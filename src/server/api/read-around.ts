import type { z } from 'zod';
import type { ReadHistory } from '../../protocol/api.ts';
import type { Investigations } from '../incidents/investigations.ts';
import { toFoldable } from '../incidents/stored-event.ts';
import type { EventLog, LoggedEvent, StreamName } from '../log/event-log.ts';

type Query = Pick<z.output<typeof ReadHistory>, 'atOffset' | 'atTime' | 'atEvent' | 'limit'>;

export const namesPlace = ({ atOffset, atTime, atEvent }: Query): boolean =>
  atOffset !== undefined || atTime !== undefined || atEvent !== undefined;

/** The seq of the last event that is not later; halves the range, for times run with the log but for small steps back. */
const seqByTime = async (log: EventLog, stream: StreamName, time: number): Promise<number> => {
  let low = 0;
  let high = await log.head(stream);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const page = await log.read({ ...stream, afterSeq: middle - 1, limit: 1 });
    const [event] = page.events;
    if (event !== undefined && (toFoldable(event)?.at ?? 0) <= time) low = middle;
    else high = middle - 1;
  }
  return low;
};

/** In a stream without holes the seqs are the numbers of the events; in any other they are counted on from a snapshot. */
const isDense = async (log: EventLog, stream: StreamName): Promise<boolean> => {
  const [count, head] = await Promise.all([log.count(stream), log.head(stream)]);
  return count === head;
};

/**
 * The events on both sides of a place, ascending, and how many lie before them. Of an event that the incident does not
 * have there are none.
 */
export const readAround = async (
  log: EventLog,
  investigations: Investigations,
  stream: StreamName,
  { atOffset, atTime, atEvent, limit }: Query,
): Promise<{ events: readonly LoggedEvent[]; offset: number }> => {
  const { tenantId, stream: incidentId } = stream;
  const dense = await isDense(log, stream);
  const seqAt = async (): Promise<number | undefined> => {
    if (atTime !== undefined) return seqByTime(log, stream, atTime);
    if (atOffset !== undefined) {
      return dense ? atOffset : (await investigations.at(tenantId, incidentId, { events: atOffset })).seq;
    }
    const found = await log.find(tenantId, atEvent ?? '');
    return found?.stream === incidentId ? found.seq : undefined;
  };
  const seq = await seqAt();
  if (seq === undefined) return { events: [], offset: 0 };
  const before = Math.ceil(limit / 2);
  const [earlier, later] = await Promise.all([
    log.read({ ...stream, beforeSeq: seq + 1, take: 'descending', limit: before }),
    log.read({ ...stream, afterSeq: seq, limit: Math.max(1, limit - before) }),
  ]);
  const events = [...earlier.events, ...later.events].slice(0, limit);
  const first = events[0]?.seq ?? 1;
  const offset = dense ? first - 1 : (await investigations.at(tenantId, incidentId, { seq: first - 1 })).events;
  return { events, offset };
};
