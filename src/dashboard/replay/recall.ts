import { type Chronicle, checkpointBefore, resumeFrom } from '../../incident/chronicle.ts';
import type { IncidentEvent } from '../../incident/event.ts';
import { readHistory } from '../api/history.ts';

const PAGE_EVENTS = 1_000;

/** How an incident stood after `end` events, from a checkpoint and the server's log, for what this tab has let go. */
export const recallPast = async (
  incidentId: string,
  chronicle: Chronicle,
  end: number,
): Promise<Chronicle | undefined> => {
  const start = checkpointBefore(chronicle, end);
  if (start === undefined) return undefined;
  const wanted = end - start.end;
  const events: IncidentEvent[] = [];
  for (let afterSeq = start.investigation.lastSeq; events.length < wanted; ) {
    const limit = Math.min(PAGE_EVENTS, wanted - events.length);
    const page = await readHistory(incidentId, { afterSeq, limit });
    const last = page.events.at(-1);
    if (last === undefined) break;
    events.push(...page.events);
    afterSeq = last.seq ?? afterSeq;
  }
  return resumeFrom(start, events);
};
