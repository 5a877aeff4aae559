import { type Chronicle, eventAt } from '../../../incident/chronicle.ts';
import { toOneLine } from '../../lib/plain-text.ts';

export type LatestFinding = { id: string; at: number; agent: string; text: string };

/** No further back than this is looked: what is older is not the latest. */
const LOOKED = 2_000;

/** The newest findings, newest first. */
export const latestFindings = (chronicle: Chronicle, most: number): LatestFinding[] => {
  const found: LatestFinding[] = [];
  const from = Math.max(chronicle.first, chronicle.end - LOOKED);
  for (let ordinal = chronicle.end - 1; ordinal >= from && found.length < most; ordinal -= 1) {
    const event = eventAt(chronicle, ordinal);
    if (event?.method !== 'investigation.progress' || event.params.kind !== 'finding') continue;
    const { agentName: agent, message } = event.params;
    found.push({ id: event.id, at: event.at, agent, text: toOneLine(message, 200) });
  }
  return found;
};
