import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, connectAgent } from '../../agent/connect.ts';
import { type FakeRelay, startFakeRelay } from '../../agent/testing/fake-relay.ts';
import type { StoredEvent } from '../../agent/testing/fake-store.ts';
import { startWorker, type Worker } from './incident-worker.ts';
import type { AgentSettings } from './settings.ts';

const INCIDENT = 'inc_1';
const REMEDIATION = 'rem_1';
const by = 'ana@example.com';
const dispatch = { incidentId: INCIDENT, title: 'Checkout is slow', description: '', severity: 'high' as const };
const plan = {
  incidentId: INCIDENT,
  remediationId: REMEDIATION,
  title: 'Recreate it',
  requiresApproval: true,
  steps: [
    {
      stepId: 'migrate',
      description: 'run',
      command: 'x',
      args: { service: 'orders', file: 'f', down: 'd', statement: 's' },
    },
    { stepId: 'verify', description: 'watch', args: { objective: 'Checkout', withinMs: 10 } },
  ],
};

describe('the agents at work on an incident', () => {
  let relay: FakeRelay;
  let agent: Agent;
  let busy: boolean[];
  let ended: Promise<void>;

  beforeEach(async () => {
    relay = await startFakeRelay();
    agent = connectAgent({ url: relay.url, apiKey: 'cflo_test', random: () => 0 });
    busy = [];
  });
  afterEach(async () => {
    await agent.close();
    await relay.close();
  });

  /** There is no shop behind these: what needs a tool fails, and that is seen, too. */
  const start = (pace: number): Worker => {
    const settings: AgentSettings = {
      relayUrl: relay.url,
      apiKey: 'cflo_test',
      token: '',
      journal: '',
      pace,
      monitorUrl: 'http://127.0.0.1:1',
      changesUrl: 'http://127.0.0.1:1',
      scrapeEveryMs: 10,
      services: [],
      objectives: [{ name: 'Checkout', service: 'gateway', metric: 'm', where: {}, p99Seconds: 0.1, windowMs: 100 }],
    };
    let onEnd: () => void = () => undefined;
    ended = new Promise((resolve) => {
      onEnd = resolve;
    });
    return startWorker({ agent, settings, incidentId: INCIDENT, onBusy: (is) => busy.push(is), onEnd });
  };
  const events = () => relay.store.events(INCIDENT);
  const of = (method: string) => events().filter((event) => event.method === method);
  const first = (is: (event: StoredEvent) => boolean) => relay.store.until(() => events().find(is));
  const says = (text: string) => first(({ params }) => String(params.message).includes(text));
  /** What the agent sends later is answered later: the subscription stands by then. */
  const subscribed = () =>
    agent.publish('agent.status', { incidentId: 'inc_probe', agentName: 'probe', role: 'probe', status: 'done' });

  it('acknowledge context and stop at once when people say so', async () => {
    start(1000).dispatched(dispatch);
    await says('first how bad it is');
    relay.publish('investigation.context_added', { incidentId: INCIDENT, by, context: 'the sale began' });
    await says('the sale began');
    relay.publish('investigation.aborted', { incidentId: INCIDENT, by });
    await ended;
    const count = events().length;
    await agent.publish('agent.status', { incidentId: INCIDENT, agentName: 'probe', role: 'probe', status: 'done' });
    expect(events()).toHaveLength(count + 1);
    expect(busy).toEqual([true, false]);
  });

  it('say what failed instead of going silent', async () => {
    start(0).dispatched(dispatch);
    await says('could not go on');
    await ended;
    expect(events().some(({ params }) => params.error === true && params.kind === 'tool_result')).toBe(true);
  });

  it('do not repeat an investigation that has ended', async () => {
    const completed = { incidentId: INCIDENT, rootCause: 'x', confidence: 0.9, recommendedActions: [] };
    relay.publish('investigation.completed', completed);
    start(0).dispatched(dispatch);
    await ended;
    expect(events()).toHaveLength(1);
    expect(busy).toEqual([]);
  });

  it('acknowledge a rejection with its reason and run nothing', async () => {
    relay.publish('remediation.proposed', plan);
    start(0);
    await subscribed();
    relay.publish('remediation.rejected', {
      incidentId: INCIDENT,
      remediationId: REMEDIATION,
      by,
      reason: 'not today',
    });
    await ended;
    await says('not today');
    expect(of('remediation.step')).toEqual([]);
  });

  it('run nothing on an approval alone, and a failing plan once, skipping what follows', async () => {
    relay.publish('remediation.proposed', plan);
    relay.publish('remediation.approved', { incidentId: INCIDENT, remediationId: REMEDIATION, by });
    start(0);
    await subscribed();
    expect(of('remediation.step')).toEqual([]);
    relay.publish('remediation.executing', { incidentId: INCIDENT, remediationId: REMEDIATION, by });
    await first(({ method }) => method === 'remediation.failed');
    await ended;
    expect(of('remediation.step').map(({ params }) => [params.stepId, params.status])).toEqual([
      ['migrate', 'running'],
      ['migrate', 'failed'],
      ['verify', 'skipped'],
    ]);
    expect(of('remediation.failed')).toHaveLength(1);
  });

  it('run nothing again that was begun before a restart', async () => {
    relay.publish('remediation.proposed', plan);
    relay.publish('remediation.executing', { incidentId: INCIDENT, remediationId: REMEDIATION, by });
    relay.publish('remediation.step', {
      incidentId: INCIDENT,
      remediationId: REMEDIATION,
      stepId: 'migrate',
      status: 'running',
    });
    start(0);
    await ended;
    expect(of('remediation.step')).toHaveLength(1);
    expect(of('remediation.failed')[0]?.params.reason).toContain('nothing was run again');
  });
});
