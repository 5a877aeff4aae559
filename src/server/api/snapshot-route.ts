import { FOLD_VERSION, storeState } from '../../incident/stored-state.ts';
import { InvestigationSnapshot, ReadSnapshot } from '../../protocol/api.ts';
import type { Place } from '../incidents/snapshots.ts';
import { type ApiDeps, incidentOf } from './context.ts';
import { OfIncident, type Route, route } from './route.ts';

const placeOf = (query: { atSeq?: number | undefined; atEvents?: number | undefined; atTime?: number | undefined }) => {
  const { atSeq, atEvents, atTime } = query;
  const places: (Place | undefined)[] = [
    atSeq === undefined ? undefined : { seq: atSeq },
    atEvents === undefined ? undefined : { events: atEvents },
    atTime === undefined ? undefined : { time: atTime },
  ];
  return places.find((place) => place !== undefined);
};

/** What an investigation amounts to at any place, so that whoever opens it need not read its log. */
export const snapshotRoutes = (deps: ApiDeps): readonly Route[] => {
  const { log, investigations } = deps;
  return [
    route({
      method: 'GET',
      path: '/v1/investigation/:incidentId/snapshot',
      summary: 'What the events of an incident amount to, now, after a seq or so many events, or by a time.',
      access: 'anybody',
      params: OfIncident,
      query: ReadSnapshot,
      answer: InvestigationSnapshot,
      errors: ['incident_not_found'],
      async handle({ caller: { tenantId }, params: { incidentId }, query }) {
        incidentOf(deps, tenantId, incidentId);
        const place = placeOf(query);
        const { seq, events, investigation } =
          place === undefined
            ? await investigations.get(tenantId, incidentId)
            : await investigations.at(tenantId, incidentId, place);
        const stored = storeState(investigation);
        return { incidentId, epoch: log.epoch, seq, events, foldVersion: FOLD_VERSION, investigation: stored };
      },
    }),
  ];
};
