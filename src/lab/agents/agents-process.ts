import { dirname, join } from 'node:path';
import { z } from 'zod';
import { connectAgent } from '../../agent/connect.ts';
import { dieWithParent } from '../runtime/die-with-parent.ts';
import { readSettings, tellParent, tellReady } from '../runtime/settings.ts';
import { startWorker, type Worker } from './incident-worker.ts';
import { openJournal } from './journal.ts';
import { openPatterns } from './memory/patterns.ts';
import { AgentSettings } from './settings.ts';

/** Evidence can be asked for again so long after the last thing that was done. */
const LINGER_MS = 20 * 60_000;

const ToAgents = z.object({ type: z.literal('pace'), pace: z.number().nonnegative() });

const settings = await readSettings(AgentSettings);
dieWithParent();

let { pace } = settings;
process.on('message', (message) => {
  const read = ToAgents.safeParse(message);
  if (read.success) pace = read.data.pace;
});

const journal = openJournal(settings.journal);
const patterns = openPatterns(join(dirname(settings.journal), 'patterns.json'));
const workers = new Map<string, Worker>();
let busy = 0;

const agent = connectAgent({
  url: settings.relayUrl,
  apiKey: settings.apiKey,
  onState: (state) => {
    if (state.state === 'stopped') tellParent({ type: 'failed', reason: state.reason });
  },
});

const workerOf = (incidentId: string): Worker => {
  const known = workers.get(incidentId);
  if (known !== undefined) return known;
  journal.add(incidentId);
  const worker = startWorker({
    agent,
    settings,
    pace: () => pace,
    patterns,
    incidentId,
    lingerMs: LINGER_MS,
    again: journal.again(incidentId),
    onAgain: (again) => journal.keepAgain(incidentId, again),
    onBusy: (isBusy) => {
      busy += isBusy ? 1 : -1;
      tellParent({ type: 'busy', investigations: busy });
    },
    onEnd: () => {
      workers.delete(incidentId);
      journal.remove(incidentId);
    },
  });
  workers.set(incidentId, worker);
  return worker;
};

for (const incidentId of journal.incidents()) workerOf(incidentId);
tellReady('');
await agent.onDispatch((dispatch) => workerOf(dispatch.incidentId).dispatched(dispatch));
