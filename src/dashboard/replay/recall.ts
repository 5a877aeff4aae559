import { type Chronicle, checkpointBefore, extend, resumeFrom } from '../../incident/chronicle.ts';
import type { IncidentEvent } from '../../incident/event.ts';
import { readHistory } from '../api/history.ts';
import { readSnapshot } from '../api/snapshot.ts';

const PAGE_EVENTS = 1_000;
/** So many events before the wanted place are there for its timeline, and so many after it to step and play on. */
const LEAD_EVENTS = 125;
/** A checkpoint of this tab is as good as the server's while no more than this has to be fetched from it on. */
const NEAR_EVENTS = 2_000;

const eventsAfter = async (incidentId: string, seq: number, wanted: number): Promise<IncidentEvent[]> => {
  const events: IncidentEvent[] = [];
  for (let afterSeq = seq; events.length < wanted; ) {
    const limit = Math.min(PAGE_EVENTS, wanted - events.length);
    const page = await readHistory(incidentId, { afterSeq, limit });
    const last = page.events.at(-1);
    if (last === undefined) break;
    events.push(...page.events);
    afterSeq = last.seq ?? afterSeq;
  }
  return events;
};

/** From the server's state of a little earlier and the events around the place, which are asked for at the same time. */
const recallFromServer = async (incidentId: string, end: number, most: number): Promise<Chronicle | undefined> => {
  const from = Math.max(0, end - LEAD_EVENTS);
  const [start, { events, offset }] = await Promise.all([
    readSnapshot(incidentId, { atEvents: from }),
    readHistory(incidentId, { atOffset: end, limit: 2 * LEAD_EVENTS }),
  ]);
  if (start === undefined) return undefined;
  const wanted = most - start.end;
  const behind = offset === start.end ? events : await eventsAfter(incidentId, start.seq, wanted);
  return resumeFrom(start, behind.slice(0, wanted));
};

/**
 * How an incident stood around `end` events, for what this tab has let go or never had: from a checkpoint, its own or
 * the server's, and the events behind it up to a little further than asked for.
 */
export const recallPast = async (
  incidentId: string,
  chronicle: Chronicle,
  end: number,
  hasSnapshots: boolean,
): Promise<Chronicle | undefined> => {
  const most = Math.min(end + LEAD_EVENTS, chronicle.end);
  const known = checkpointBefore(chronicle, end);
  if (hasSnapshots && (known === undefined || end - known.end > NEAR_EVENTS)) {
    const recalled = await recallFromServer(incidentId, end, most);
    if (recalled !== undefined) return recalled;
  }
  if (known === undefined) return undefined;
  return resumeFrom(known, await eventsAfter(incidentId, known.investigation.lastSeq, most - known.end));
};

/** The same with what comes next, for whoever plays on. */
export const recallOn = async (incidentId: string, past: Chronicle): Promise<Chronicle> =>
  extend(past, await eventsAfter(incidentId, past.investigation.lastSeq, PAGE_EVENTS));

/** Whether what was recalled ends so close behind this place that more is wanted. */
export const runsOut = (past: Chronicle, end: number, liveEnd: number): boolean =>
  past.end < liveEnd && past.end - end < LEAD_EVENTS / 2;
