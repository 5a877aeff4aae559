/** A subscriber of the soak in a process of its own, so that it can be frozen: tells its parent what it receives. */
import { connectAgent } from '../../agent/connect.ts';
import type { Received } from './tally.ts';

const [, , url = '', apiKey = '', incidentId = ''] = process.argv;
const agent = connectAgent({ url, apiKey });
let arrived: Received[] = [];

const tell = (): void => {
  process.send?.(arrived);
  arrived = [];
};

process.on('disconnect', () => process.exit());
await agent.subscribe(
  incidentId,
  ({ params }) => {
    if (arrived.length === 0) setImmediate(tell);
    arrived.push({ eventId: String(params.eventId), seq: Number(params.seq) });
  },
  { afterSeq: 0 },
);
process.send?.([]);
