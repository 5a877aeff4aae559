import { eventsFromSnapshot } from '../../incident/snapshot.ts';
import { EvidencePage, InvestigationResults, RemediationList } from '../../protocol/api.ts';
import type { Evidence } from '../../protocol/evidence.ts';
import type { PastPart, Rehydrated } from '../relay/api-past.ts';
import { isTransient, read } from './request.ts';

/** The most that the documented API gives at a time. */
const PAGE = 200;

/** What was answered, or that there is none; undefined where it should be asked again. */
const settle = <Value>(result: PromiseSettledResult<Value>, none: Value): Value | undefined => {
  if (result.status === 'fulfilled') return result.value;
  return isTransient(result.reason) ? undefined : none;
};

/** The pages so far go to `found` as they come, so that a failure in the middle loses none of them. */
const readEvidence = async (path: string, found: Evidence[]): Promise<null> => {
  const seen = new Set<string>();
  for (let cursor = ''; ; ) {
    const { items, nextCursor } = await read(`${path}?limit=${PAGE}${cursor}`, EvidencePage);
    found.push(...items);
    // A server that names the same page again would be asked for ever.
    if (nextCursor == null || nextCursor === '' || seen.has(nextCursor)) return null;
    seen.add(nextCursor);
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
};

/**
 * What the API knows of an incident, as the events that must have led there: the way back for a relay that keeps no
 * positions. A part that fails is left out, and the whole is then worth asking for again; the rest still helps.
 */
export const rehydrateIncident = async (incidentId: string, part: PastPart, now: number): Promise<Rehydrated> => {
  const id = encodeURIComponent(incidentId);
  const isAll = part === 'all';
  const evidence: Evidence[] = [];
  const [results, pages, remediations] = await Promise.allSettled([
    isAll ? read(`/v1/investigation/${id}`, InvestigationResults) : null,
    isAll ? readEvidence(`/v1/triage/${id}/evidence`, evidence) : null,
    read(`/v1/remediation/${id}`, RemediationList),
  ]);
  const known = {
    results: settle<InvestigationResults | null>(results, null),
    pages: settle(pages, null),
    plans: settle(remediations, { remediations: [] }),
  };
  const snapshot = {
    incidentId,
    results: known.results ?? null,
    evidence,
    remediations: known.plans?.remediations ?? [],
  };
  return {
    events: eventsFromSnapshot(snapshot, now),
    isWhole: Object.values(known).every((part) => part !== undefined),
  };
};
