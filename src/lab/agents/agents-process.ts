import { connectAgent } from '../../agent/connect.ts';
import { dieWithParent, readSettings, tellParent, tellReady } from '../runtime/settings.ts';
import { startWorker, type Worker } from './incident-worker.ts';
import { openJournal } from './journal.ts';
import { AgentSettings } from './settings.ts';

const settings = await readSettings(AgentSettings);
dieWithParent();

const journal = openJournal(settings.journal);
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
    incidentId,
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
