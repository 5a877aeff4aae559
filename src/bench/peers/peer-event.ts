import { newId } from '../../protocol/ids.ts';

let seq = 0;

/** What a peer hands out for a message: the same notification as the relay's, with the same fields. */
export const eventOf = (message: string): object => {
  seq += 1;
  const eventId = newId('evt');
  const timestamp = new Date().toISOString();
  const params = { seq, incidentId: INCIDENT_ID, agentName: 'Bench', message, eventId, timestamp };
  return { jsonrpc: '2.0', method: 'investigation.progress', params };
};

const INCIDENT_ID = newId('inc');
