import type { IncidentEvent } from '../../incident/event.ts';
import { eventsFromSnapshot } from '../../incident/snapshot.ts';
import { EvidencePage, InvestigationResults, RemediationList } from '../../protocol/api.ts';
import { read } from './request.ts';

/**
 * What the API knows of an incident, as the events that must have led there: the way back for a relay that keeps no
 * positions. A part that the API refuses is left out; the rest still helps.
 */
export const rehydrateIncident = async (incidentId: string, now: number): Promise<readonly IncidentEvent[]> => {
  const id = encodeURIComponent(incidentId);
  const [results, evidence, remediations] = await Promise.allSettled([
    read(`/v1/investigation/${id}`, InvestigationResults),
    read(`/v1/triage/${id}/evidence?limit=200`, EvidencePage),
    read(`/v1/remediation/${id}`, RemediationList),
  ]);
  return eventsFromSnapshot(
    {
      incidentId,
      results: results.status === 'fulfilled' ? results.value : null,
      evidence: evidence.status === 'fulfilled' ? evidence.value.items : [],
      remediations: remediations.status === 'fulfilled' ? remediations.value.remediations : [],
    },
    now,
  );
};
