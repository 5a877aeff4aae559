import type { z } from 'zod';
import type { ReadHistory } from '../../protocol/api.ts';
import { readParams } from '../incidents/stored-event.ts';
import type { EventLog, LoggedEvent, StreamName } from '../log/event-log.ts';

type HistoryQuery = z.output<typeof ReadHistory>;

/** Between two pages everybody else has a turn. */
const PAGE_EVENTS = 2_000;
const PAGE_BYTES = 1024 * 1024;

/** Somewhere in the values; the names of fields are not what anybody looks for. */
const mentions = (value: unknown, lowered: string): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).some((inner) => mentions(inner, lowered))
    : String(value).toLowerCase().includes(lowered);

/** A text as it stands within the params of an event. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Whether an event fits the filters; what cannot fit by its text alone is not parsed. */
const createFilter = ({ type, agent, kind, q }: HistoryQuery): ((event: LoggedEvent) => boolean) => {
  const lowered = q?.toLowerCase();
  const exact = [agent, kind].flatMap((value) => (value === undefined ? [] : [inJson(value)]));
  const anyCase = lowered === undefined ? undefined : inJson(lowered);
  return (event) => {
    if (type !== undefined && event.method !== type) return false;
    if (!exact.every((text) => event.params.includes(text))) return false;
    if (anyCase !== undefined && !event.params.toLowerCase().includes(anyCase)) return false;
    if (exact.length === 0 && lowered === undefined) return true;
    const params = readParams(event);
    if (agent !== undefined && params.agentName !== agent) return false;
    if (kind !== undefined && params.kind !== kind) return false;
    return lowered === undefined || mentions(params, lowered);
  };
};

/**
 * The events that fit, from one end of the range towards the other, ascending either way. There are fewer than `limit`
 * only where the range holds no more, however far apart those are that fit; so the last seq, or going backwards the
 * first, is where the next page begins. It ends early for somebody who has gone.
 */
export const readHistory = async (
  log: EventLog,
  stream: StreamName,
  query: HistoryQuery,
  hasGone: () => boolean,
): Promise<readonly LoggedEvent[]> => {
  const backwards = query.beforeSeq !== undefined && query.afterSeq === undefined;
  const fits = createFilter(query);
  const found: LoggedEvent[] = [];
  let { afterSeq, beforeSeq } = query;
  while (found.length < query.limit && !hasGone()) {
    const page = await log.read({
      ...stream,
      limit: PAGE_EVENTS,
      maxBytes: PAGE_BYTES,
      take: backwards ? 'descending' : 'ascending',
      ...(afterSeq === undefined ? {} : { afterSeq }),
      ...(beforeSeq === undefined ? {} : { beforeSeq }),
    });
    const edge = backwards ? page.events[0] : page.events.at(-1);
    if (edge === undefined) break;
    const fitting = page.events.filter(fits);
    found.push(...(backwards ? fitting.reverse() : fitting));
    if (backwards) beforeSeq = edge.seq;
    else afterSeq = edge.seq;
  }
  const items = found.slice(0, query.limit);
  return backwards ? items.reverse() : items;
};
