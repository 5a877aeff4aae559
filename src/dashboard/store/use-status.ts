import { useContext } from 'react';
import { statusIn } from '../../incident/status.ts';
import type { IncidentStatus } from '../../protocol/values.ts';
import { MomentContext } from './moment.ts';

/** The incident's status at the moment that is looked at; `now` is what it is now. */
export const useStatus = (now: IncidentStatus | undefined): IncidentStatus | undefined => {
  const moment = useContext(MomentContext);
  return moment === null ? now : statusIn(moment.chronicle.investigation);
};
