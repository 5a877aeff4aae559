import { type IncidentEvent, toIncidentEvent } from '../../incident/event.ts';
import { History } from '../../protocol/api.ts';
import { clockNow } from '../ui/clock.ts';
import { read } from './request.ts';

export type HistoryRange = {
  afterSeq?: number | undefined;
  beforeSeq?: number | undefined;
  limit: number;
  agent?: string | undefined;
  kind?: string | undefined;
  q?: string | undefined;
};

/** A place in an incident: after so many events, by a time in epoch milliseconds, or at an event. */
export type HistoryPlace = { atOffset: number } | { atTime: number } | { atEvent: string };

export type HistoryPage = {
  events: readonly IncidentEvent[];
  /** There are no more beyond these. */
  isLast: boolean;
  /** How many events lie before the first one, where a place was asked for. */
  offset: number;
};

/** Events of an incident from the server's log, from either side of a position; ascending. */
export const readHistory = async (
  incidentId: string,
  range: HistoryRange | (HistoryPlace & { limit: number }),
  signal?: AbortSignal,
): Promise<HistoryPage> => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(range)) if (value !== undefined) search.set(name, String(value));
  const page = await read(`/v1/investigation/${encodeURIComponent(incidentId)}/events?${search}`, History, signal);
  const now = clockNow();
  return {
    events: page.items.flatMap(({ method, params }) => toIncidentEvent(method, { ...params, incidentId }, now) ?? []),
    isLast: page.items.length < range.limit,
    offset: page.offset ?? 0,
  };
};

const MOST_A_PAGE = 1_000;

/** All events of an incident before a seq, ascending. */
export const readAllBefore = async (incidentId: string, seq: number): Promise<IncidentEvent[]> => {
  let all: IncidentEvent[] = [];
  for (let beforeSeq = seq; ; ) {
    const { events, isLast } = await readHistory(incidentId, { beforeSeq, limit: MOST_A_PAGE });
    all = [...events, ...all];
    const first = events[0]?.seq;
    if (isLast || first == null) return all;
    beforeSeq = first;
  }
};
