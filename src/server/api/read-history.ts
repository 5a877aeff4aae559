import type { z } from 'zod';
import type { ReadHistory } from '../../protocol/api.ts';
import { readParams } from '../incidents/stored-event.ts';
import type { EventLog, LoggedEvent, ReadRange, StreamName } from '../log/event-log.ts';

type HistoryQuery = z.output<typeof ReadHistory>;

/** Between two pages everybody else has a turn. */
const PAGE_EVENTS = 2_000;
const PAGE_BYTES = 1024 * 1024;
/** So many seqs the storage sifts at a time for what is looked for, about 50 ms. */
const SIFTED_SEQS = 50_000;

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

const ASCII_RUNS = /[ -~]+/g;

/** What the storage can look for of it: of a text only what no other case of a letter changes. */
const siftOf = ({ type, agent, kind, q }: HistoryQuery): NonNullable<ReadRange['only']> => {
  const runs = inJson(q?.toLowerCase() ?? '').match(ASCII_RUNS) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  const contains = [
    ...(agent === undefined ? [] : [`"agentName":${JSON.stringify(agent)}`]),
    ...(kind === undefined ? [] : [`"kind":${JSON.stringify(kind)}`]),
    ...(longest === '' ? [] : [longest]),
  ];
  return { contains, ...(type === undefined ? {} : { method: type }) };
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
  const only = siftOf(query);
  const found: LoggedEvent[] = [];
  const isPlain = only.method === undefined && only.contains.length === 0;
  const head = await log.head(stream);
  let afterSeq = query.afterSeq ?? 0;
  let beforeSeq = Math.min(query.beforeSeq ?? head + 1, head + 1);
  while (found.length < query.limit && afterSeq + 1 < beforeSeq && !hasGone()) {
    // What lies beyond the edge is for the next turn.
    const edge = backwards
      ? Math.max(afterSeq, beforeSeq - SIFTED_SEQS - 1)
      : Math.min(beforeSeq, afterSeq + SIFTED_SEQS + 1);
    const page = await log.read({
      ...stream,
      limit: isPlain ? Math.min(PAGE_EVENTS, query.limit - found.length) : PAGE_EVENTS,
      maxBytes: PAGE_BYTES,
      take: backwards ? 'descending' : 'ascending',
      afterSeq: backwards ? edge : afterSeq,
      beforeSeq: backwards ? beforeSeq : edge,
      only,
    });
    const fitting = page.events.filter(fits);
    found.push(...(backwards ? fitting.reverse() : fitting));
    // A page that is not empty may have been cut anywhere.
    if (backwards) beforeSeq = page.events[0]?.seq ?? edge + 1;
    else afterSeq = page.events.at(-1)?.seq ?? edge - 1;
  }
  const items = found.slice(0, query.limit);
  return backwards ? items.reverse() : items;
};
