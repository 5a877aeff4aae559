import { afterEach, describe, expect, it } from 'vitest';
import { incidentEvents } from '../../protocol/down.ts';
import { type AtWork, atWork, by, INCIDENT } from './testing/at-work.ts';
import type { Scenario } from './testing/fake-shop.ts';
import { expiredClientCertificate, heldLock, loweredTimeout, slowSearch } from './testing/scenarios.ts';

const dispatch = { incidentId: INCIDENT, title: 'Search is slow', description: '', severity: 'high' as const };
const asking = { ...dispatch, title: 'Is something slow?' };
const again = { ...asking, eventId: 'evt_again', timestamp: '2030-01-01T00:00:00.000Z' };
const completed = { incidentId: INCIDENT, rootCause: 'x', confidence: 0.9, recommendedActions: [] };
const schemas = new Map(Object.entries(incidentEvents));
const twice = (at: AtWork) => at.relay.store.until(() => at.of('investigation.completed')[1]);
const lastStatus = (at: AtWork, name: string) =>
  at.of('agent.status').findLast(({ params }) => params.agentName === name)?.params.status;

/** Every objective is met. */
const calm = (): Scenario => {
  const scenario = slowSearch();
  const met = { firing: false, since: null, value: 0.05, limit: 0.4 };
  scenario.alerts = [{ objective: 'Search', kind: 'latency', service: 'frontdoor', ...met }];
  return scenario;
};

describe('the agents at work on an incident', () => {
  const open: AtWork[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ close }) => close()));
  });
  const working = async (scenario: Scenario, options: Parameters<typeof atWork>[1] = {}): Promise<AtWork> => {
    const made = await atWork(scenario, options);
    open.push(made);
    return made;
  };
  const investigated = async (scenario: Scenario, options: Parameters<typeof atWork>[1] = {}) => {
    const at = await working(scenario, options);
    at.start().dispatched(dispatch);
    const completed = (await at.find('investigation.completed')).params;
    return { at, completed };
  };
  const proposed = async (scenario: Scenario, options: Parameters<typeof atWork>[1] = {}) => {
    const { at } = await investigated(scenario, options);
    const plan = (await at.find('remediation.proposed')).params;
    return { at, plan, of: { remediationId: String(plan.remediationId) } };
  };

  it('find the cause by a test, and cite words that their tools gave', async () => {
    const { at, completed } = await investigated(heldLock());
    expect(completed.cause).toMatchObject({ kind: 'long_transaction', service: 'catalogue', subject: 'reprice_all' });
    expect(completed.confidence).toBeGreaterThan(0.9);
    await at.find('remediation.proposed');
    for (const { method, params } of at.events()) {
      expect(schemas.get(method)?.safeParse(params).error?.issues ?? [], method).toEqual([]);
    }
    const outputs = at
      .of('investigation.progress')
      .flatMap(({ params }) => (params.kind === 'tool_result' ? [String(params.output)] : []));
    const snippets = new Map(
      at.of('evidence.collected').map(({ params }) => {
        const evidence = Object(params.evidence);
        return [evidence.evidenceId, String(evidence.rawSnippet)];
      }),
    );
    const citations = at.events().flatMap(({ params }) => (Array.isArray(params.citations) ? params.citations : []));
    expect(citations.length).toBeGreaterThan(5);
    for (const { evidenceId, quote } of citations) {
      expect(snippets.get(evidenceId)).toContain(quote);
      expect(outputs.some((output) => output.includes(quote))).toBe(true);
    }
    const calls = at.of('investigation.progress').filter(({ params }) => params.kind === 'tool_call');
    const results = at.of('investigation.progress').filter(({ params }) => params.kind === 'tool_result');
    expect(new Set(results.map(({ params }) => params.parentEventId))).toEqual(
      new Set(calls.map(({ params }) => params.eventId)),
    );
    expect(results.every(({ params }) => typeof params.durationMs === 'number')).toBe(true);
  });

  it('rule out the innocent change and say why, and what was not checked', async () => {
    const { at, completed } = await investigated(loweredTimeout());
    expect(completed.cause).toMatchObject({
      kind: 'timeout_lowered',
      subject: 'catalogue_wait_ms',
      changeId: 'chg_guilty',
    });
    const last = new Map(at.of('hypothesis.updated').map(({ params }) => [String(params.statement), params]));
    const innocent = [...last.entries()].find(([statement]) => statement.includes('1.0 → 1.1'))?.[1];
    expect(innocent?.status).not.toBe('confirmed');
    expect(String(innocent?.reason)).not.toBe('');
    expect(completed.notChecked).toContain('the network between the services');
  });

  it('know an expired client certificate also where its connections are only reset', async () => {
    const { at, completed } = await investigated(expiredClientCertificate());
    expect(completed.cause).toMatchObject({ kind: 'expired_certificate', subject: 'catalogue-client' });
    expect((await at.find('remediation.proposed')).params.title).toBe('Issue a new certificate catalogue-client');
  });

  it('believe in no expired certificate whose connection works', async () => {
    const scenario = expiredClientCertificate();
    for (const { labels } of scenario.series) if (labels.status === 'refused') labels.to = 'somebody-else';
    const { completed } = await investigated(scenario);
    expect(completed.cause).toBeUndefined();
  });

  it('believe no lowered limit that nothing is given up for', async () => {
    const scenario = loweredTimeout();
    scenario.series = scenario.series.filter(({ labels }) => labels.status !== 'timeout');
    const { at, completed } = await investigated(scenario);
    expect(completed.cause).toBeUndefined();
    const last = at
      .of('hypothesis.updated')
      .filter(({ params }) => String(params.statement).includes('catalogue_wait'));
    expect(last.at(-1)?.params.reason).toContain('are given up than before');
  });

  it('abstain with what they know where nothing passes a test', async () => {
    const { completed } = await investigated(slowSearch());
    expect(completed.cause).toBeUndefined();
    expect(String(completed.rootCause)).toMatch(/^Inconclusive/);
    expect(completed.confidence).toBeLessThanOrEqual(0.5);
  });

  it('look at what else is missed where the first look explains nothing', async () => {
    const scenario = slowSearch();
    const [objective, alert] = [scenario.objectives[0], scenario.alerts[0]];
    const memory = { metric: 'process_resident_memory_bytes', where: { service: 'catalogue' }, operation: 'value' };
    const of = { kind: 'memory', service: 'catalogue', limit: 1_000_000 };
    scenario.objectives.push({ ...objective, ...of, ...memory, name: 'catalogue memory', unit: 'bytes' });
    scenario.alerts.push({ ...alert, ...of, objective: 'catalogue memory', value: 1_200_000 });
    const { at } = await investigated(scenario);
    await at.says('catalogue memory is missed as well');
    expect(
      at.of('investigation.progress').some(({ params }) => params.message === 'When did Search begin to be missed?'),
    ).toBe(true);
    await at.says('When did catalogue memory begin to be missed?');
  });

  it('say that nothing is wrong where every objective is met', async () => {
    const at = await working(calm());
    at.start().dispatched(asking);
    expect((await at.find('investigation.completed')).params.cause).toMatchObject({ kind: 'none' });
  });

  it('propose a plan with facts, a way back and who notices', async () => {
    const { plan } = await proposed(heldLock());
    expect(plan.preconditions).toHaveLength(6);
    for (const fact of Object(plan.preconditions)) expect(fact.status).toBe('holds');
    expect(plan.undo).toMatchObject({ reversibility: 'costly' });
    expect(plan.blastRadius).toMatchObject([
      { service: 'catalogue', hops: 0 },
      { service: 'frontdoor', hops: 1 },
    ]);
    expect(plan.service).toBe('catalogue');
  });

  it('carry an approved plan out, once, and show that it worked', async () => {
    const { at, of } = await proposed(heldLock());
    at.tell('remediation.approved', of);
    at.tell('remediation.executing', of);
    at.tell('remediation.executing', of);
    const { params } = await at.find('remediation.executed');
    expect(params).toMatchObject({ outcome: 'resolved' });
    expect(params.evidenceIds).toHaveLength(1);
    expect(at.shop.operations).toMatchObject([{ type: 'kill_transaction', args: { transactionId: 'tx_9' } }]);
  });

  it('do nothing where a fact has changed meanwhile, and say which', async () => {
    const scenario = heldLock();
    const { at, of } = await proposed(scenario);
    scenario.states.kill_transaction = { present: false };
    at.tell('remediation.executing', of);
    const { params } = await at.find('remediation.failed');
    expect(params).toMatchObject({ outcome: 'not_applied' });
    expect(params.reason).toContain('Nothing was done');
    expect(at.shop.operations).toEqual([]);
    expect(at.of('remediation.precondition').some((event) => event.params.status === 'changed')).toBe(true);
    expect(at.of('remediation.step').map((event) => event.params.status)).toEqual(['skipped', 'skipped']);
  });

  it('do nothing on facts that nobody can look at', async () => {
    const { at, of } = await proposed(heldLock());
    at.shop.failing.set('/operations/state', Number.POSITIVE_INFINITY);
    at.tell('remediation.executing', of);
    const { params } = await at.find('remediation.failed');
    expect(params).toMatchObject({ outcome: 'not_applied' });
    expect(params.reason).toMatch(/^Nothing was done: whether .* is not known/);
    expect(at.shop.operations).toEqual([]);
  });

  it('look once more at facts that could not be looked at, and go on where they hold', async () => {
    const { at, plan, of } = await proposed(heldLock());
    const states = Object.values(Object(plan.preconditions)).filter((fact) => Object(fact).check.kind === 'state');
    expect(states.length).toBeGreaterThan(0);
    at.shop.failing.set('/operations/state', states.length);
    at.tell('remediation.executing', of);
    await at.find('remediation.executed');
    const looks = at.of('remediation.precondition').map(({ params }) => params.status);
    expect(looks.filter((status) => status === 'unknown')).toHaveLength(states.length);
  });

  it('stop at a step that fails, and skip the rest', async () => {
    const scenario = heldLock();
    const { at, of } = await proposed(scenario);
    scenario.operate = () => {
      throw new Error('the database did not answer');
    };
    at.tell('remediation.executing', of);
    const { params } = await at.find('remediation.failed');
    expect(params).toMatchObject({ stepId: 'act' });
    expect(params.reason).toContain('the database did not answer');
    expect(at.of('remediation.step').at(-1)?.params).toMatchObject({ stepId: 'verify', status: 'skipped' });
  });

  it('take a plan back when somebody asks, within its time', async () => {
    const { at, of } = await proposed(loweredTimeout());
    at.tell('remediation.executing', of);
    await at.find('remediation.executed');
    at.tell('remediation.rollback_requested', of);
    await at.find('remediation.rolled_back');
    expect(at.shop.operations.map(({ type, args }) => [type, args.toValue])).toEqual([
      ['rollback_config', '4000'],
      ['rollback_config', '30'],
    ]);
  });

  it('do not call a plan taken back where nothing was done and nothing shows it', async () => {
    const scenario = loweredTimeout();
    const { at, of } = await proposed(scenario);
    at.tell('remediation.executing', of);
    await at.find('remediation.executed');
    scenario.operate = () => 'unchanged';
    at.tell('remediation.rollback_requested', of);
    expect((await at.find('remediation.rollback_failed')).params.reason).toContain('Nothing was changed');
    expect(at.of('remediation.rolled_back')).toEqual([]);
  });

  it('believe that there was nothing to take back where the state shows it', async () => {
    const scenario = loweredTimeout();
    const { at, of } = await proposed(scenario);
    at.tell('remediation.executing', of);
    await at.find('remediation.executed');
    Object.assign(scenario.states.rollback_config ?? {}, { value: '30' });
    scenario.operate = () => 'unchanged';
    at.tell('remediation.rollback_requested', of);
    await at.find('remediation.rolled_back');
  });

  it('take a migration back under the number that is free by then', async () => {
    const { plan, of } = await proposed(heldLock());
    const scenario = slowSearch();
    scenario.states.sql_migration = { service: 'catalogue', newest: 87, applied: true };
    const at = await working(scenario);
    const args = { service: 'catalogue', file: '0087_undo_it.sql', up: 'DROP INDEX it;' };
    const steps = [{ stepId: 'undo-act', action: 'operate', type: 'sql_migration', description: 'Drops it', args }];
    const undo = { reversibility: 'reversible', description: 'Drops it', watchMs: 60_000, steps };
    at.relay.publish('remediation.proposed', { ...plan, undo });
    at.tell('remediation.executed', { ...of, outcome: 'resolved' });
    at.start();
    await at.subscribed();
    at.tell('remediation.rollback_requested', of);
    await at.find('remediation.rolled_back');
    expect(at.shop.operations).toMatchObject([{ type: 'sql_migration', args: { ...args, file: '0088_undo_it.sql' } }]);
  });

  it('say so where a plan has no way back', async () => {
    const { at, of } = await proposed(heldLock());
    at.tell('remediation.executing', of);
    await at.find('remediation.executed');
    at.tell('remediation.rollback_requested', of);
    expect((await at.find('remediation.rollback_failed')).params.reason).toContain('no way back');
  });

  it('propose another way after a rejection, and stop where there is none left', async () => {
    const { at, plan, of } = await proposed(heldLock());
    at.tell('remediation.rejected', { ...of, reason: 'its work must not be lost' });
    const other = (
      await at.first(
        ({ method, params }) => method === 'remediation.proposed' && params.remediationId !== plan.remediationId,
      )
    ).params;
    expect(other.description).toContain('its work must not be lost');
    expect(other.title).not.toBe(plan.title);
    at.tell('remediation.rejected', { remediationId: other.remediationId });
    await at.says('know of no other plan');
    await at.ended;
    expect(at.shop.operations).toEqual([]);
  });

  it('look at facts and evidence again when somebody asks', async () => {
    const { at, of } = await proposed(heldLock(), { lingerMs: 60_000 });
    at.tell('remediation.check_requested', { ...of, preconditionId: 'fact-1' });
    expect((await at.find('remediation.precondition')).params).toMatchObject({
      preconditionId: 'fact-1',
      status: 'holds',
    });
    const evidenceId = Object(at.of('evidence.collected')[0]?.params.evidence).evidenceId;
    const before = at.of('evidence.collected').length;
    at.tell('evidence.check_requested', { evidenceId });
    await at.relay.store.until(() => (at.of('evidence.collected').length > before ? true : undefined));
    expect(Object(at.of('evidence.collected').at(-1)?.params.evidence).evidenceId).toBe(evidenceId);
    at.tell('evidence.check_requested', { evidenceId: 'evi_unknown' });
    await at.says('cannot be collected again');
  });

  it('answer what they wait for, give up a wait, and go on without an agent that is stopped', async () => {
    const pace = { now: 1_000 };
    const at = await working(heldLock(), { pace });
    at.start().dispatched(dispatch);
    await at.says('first what is missed');
    at.tell('agent.instructed', { agentName: 'Orchestrator', instruction: 'ask' });
    await at.says(`To ${by}:`);
    at.tell('agent.instructed', { agentName: 'Logs', instruction: 'stop' });
    await at.says('stopped this agent');
    pace.now = 0;
    at.tell('agent.instructed', { agentName: 'Orchestrator', instruction: 'skip' });
    const { params } = await at.find('investigation.completed');
    expect(params.notChecked).toContainEqual(expect.stringContaining('what Logs would have looked at'));
    expect(
      at
        .of('investigation.progress')
        .some((event) => event.params.agentName === 'Logs' && event.params.kind === 'tool_call'),
    ).toBe(false);
    expect(lastStatus(at, 'Logs')).toBe('failed');
  });

  it.each(['Metrics', 'Triage'])('look again without %s where it was stopped after a look', async (agentName) => {
    const at = await working(slowSearch());
    at.start().dispatched(dispatch);
    await at.says('Looking again');
    at.tell('agent.instructed', { agentName, instruction: 'stop' });
    const { params } = await at.find('investigation.completed');
    expect(params.rootCause).toContain('no explanation passed a test');
    expect(params.notChecked).toContainEqual(expect.stringContaining(`what ${agentName} would have looked at`));
  });

  it.each(['Metrics', 'Triage'])('come to an end without %s from the beginning', async (agentName) => {
    const pace = { now: 1_000 };
    const at = await working(heldLock(), { pace });
    at.start().dispatched(dispatch);
    await at.says('first what is missed');
    at.tell('agent.instructed', { agentName, instruction: 'stop' });
    await at.says('stopped this agent');
    pace.now = 0;
    at.tell('agent.instructed', { agentName: 'Orchestrator', instruction: 'skip' });
    const { params } = await at.find('investigation.completed');
    expect(params.rootCause).not.toContain('could not go on');
    expect(params.notChecked).toContainEqual(expect.stringContaining(`what ${agentName} would have looked at`));
    expect(lastStatus(at, agentName)).toBe('failed');
  });

  it('work all again on another investigation, whoever was stopped in the one before', async () => {
    const at = await working(slowSearch(), { lingerMs: 60_000 });
    const worker = at.start();
    worker.dispatched(dispatch);
    await at.says('Looking again');
    at.tell('agent.instructed', { agentName: 'Metrics', instruction: 'stop' });
    await at.find('investigation.completed');
    const before = at.events().length;
    worker.dispatched(again);
    const { params } = await twice(at);
    expect(String(params.notChecked)).not.toContain('what Metrics would have looked at');
    expect(
      at.events().some((event, n) => n >= before && event.params.agentName === 'Metrics' && event.params.tool),
    ).toBe(true);
  });

  it('begin again, when they are done, where they are asked to meanwhile', async () => {
    const pace = { now: 1_000 };
    const at = await working(calm(), { pace });
    const worker = at.start();
    worker.dispatched({ ...asking, eventId: 'evt_first' });
    await at.says('first what is missed');
    const asked = { ...again, timestamp: new Date().toISOString() };
    worker.dispatched({ ...asking, eventId: 'evt_first' });
    worker.dispatched(asked);
    await at.says('Asked to investigate again');
    expect(at.kept).toMatchObject([{ dispatch: asked, hasBegun: false }]);
    pace.now = 0;
    at.tell('agent.instructed', { agentName: 'Orchestrator', instruction: 'skip' });
    await twice(at);
    await at.ended;
    expect(at.kept[1]).toMatchObject({ dispatch: asked, hasBegun: true });
    expect(at.of('investigation.completed')).toHaveLength(2);
  });

  it('begin again after a restart where they were asked to before the end of an investigation', async () => {
    const at = await working(calm(), { again: { dispatch: again, hasBegun: false, since: 0 } });
    at.relay.publish('investigation.completed', { ...completed, timestamp: again.timestamp });
    at.start();
    await twice(at);
    await at.ended;
  });

  it('repeat after a restart nothing that has ended, and nothing that people ended', async () => {
    const ended = await working(calm(), { again: { dispatch: again, hasBegun: true, since: 0 } });
    ended.relay.publish('investigation.completed', completed);
    const aborted = await working(calm(), { again: { dispatch: again, hasBegun: false, since: 0 } });
    aborted.tell('investigation.aborted');
    for (const at of [ended, aborted]) {
      at.start();
      await at.ended;
      expect(at.events()).toHaveLength(1);
    }
  });

  it('offer what was learned before, and go straight to the plan when it is accepted', async () => {
    const first = await proposed(heldLock());
    first.at.tell('remediation.executing', first.of);
    await first.at.find('remediation.executed');
    await first.at.relay.store.until(() => (first.at.busy.at(-1) === false ? true : undefined));
    const second = await working(heldLock(), { patterns: first.at.patterns, offerPace: 1_000 });
    second.start().dispatched(dispatch);
    const { params } = await second.find('investigation.known_solution_found');
    expect(params.confidence).toBeGreaterThan(0.5);
    second.tell('investigation.known_solution_decided', { action: 'accept', patternId: params.matchedPatternId });
    await second.says('was accepted');
    await second.find('remediation.proposed');
    const statements = new Set(second.of('hypothesis.updated').map((event) => event.params.hypothesisId));
    expect(statements.size).toBe(1);
  });

  it('take up what was learned before when it is accepted later than it was waited for', async () => {
    const first = await proposed(heldLock());
    first.at.tell('remediation.executing', first.of);
    await first.at.find('remediation.executed');
    await first.at.relay.store.until(() => (first.at.busy.at(-1) === false ? true : undefined));
    const scenario = heldLock();
    const held = scenario.transactions.splice(0);
    const second = await working(scenario, { patterns: first.at.patterns });
    second.start().dispatched(dispatch);
    const { params } = await second.find('investigation.known_solution_found');
    await second.says('Looking again');
    scenario.transactions.push(...held);
    second.tell('investigation.known_solution_decided', { action: 'accept', patternId: params.matchedPatternId });
    await second.says('was accepted');
    const from = second.events().length;
    expect((await second.find('investigation.completed')).params.cause).toMatchObject({ kind: 'long_transaction' });
    const weighed = second.events().flatMap((event, n) => (n >= from ? String(event.params.statement ?? '') : []));
    expect(weighed.filter((statement) => statement !== '' && !statement.includes('reprice_all'))).toEqual([]);
  });

  it('look at everything where what was learned before is dismissed', async () => {
    const first = await proposed(heldLock());
    first.at.tell('remediation.executing', first.of);
    await first.at.find('remediation.executed');
    await first.at.relay.store.until(() => (first.at.busy.at(-1) === false ? true : undefined));
    const second = await working(heldLock(), { patterns: first.at.patterns, offerPace: 1_000 });
    second.start().dispatched(dispatch);
    const { params } = await second.find('investigation.known_solution_found');
    second.tell('investigation.known_solution_decided', { action: 'dismiss', patternId: params.matchedPatternId });
    await second.says('was dismissed');
    expect((await second.find('investigation.completed')).params.cause).toMatchObject({ kind: 'long_transaction' });
    const statements = new Set(second.of('hypothesis.updated').map((event) => event.params.hypothesisId));
    expect(statements.size).toBeGreaterThan(1);
    expect(second.of('investigation.known_solution_found')).toHaveLength(1);
  });

  it('acknowledge context and stop at once when people say so', async () => {
    const at = await working(slowSearch(), { pace: { now: 1_000 } });
    at.start().dispatched(dispatch);
    await at.says('first what is missed');
    at.tell('investigation.context_added', { context: 'the sale began' });
    await at.says('the sale began');
    at.tell('investigation.aborted');
    await at.ended;
    const count = at.events().length;
    await at.subscribed();
    expect(at.events()).toHaveLength(count);
    expect(at.busy).toEqual([true, false]);
  });

  it('say what failed instead of going silent', async () => {
    const at = await working(slowSearch());
    await at.shop.close();
    at.start().dispatched(dispatch);
    const { params } = await at.find('investigation.completed');
    expect(String(params.rootCause)).toMatch(/^Inconclusive/);
    expect(params.notChecked).toContainEqual(expect.stringContaining('Is any objective missed right now?'));
    expect(at.events().some((event) => event.params.error === true && event.params.kind === 'tool_result')).toBe(true);
  });

  it('do not repeat an investigation that has ended', async () => {
    const at = await working(slowSearch());
    at.relay.publish('investigation.completed', completed);
    at.start().dispatched(dispatch);
    await at.ended;
    expect(at.events()).toHaveLength(1);
    expect(at.busy).toEqual([]);
  });

  it('run nothing of a record from elsewhere, and investigate anew what it tells of', async () => {
    const { plan, of } = await proposed(heldLock());
    const at = await working(heldLock());
    const imported = { importedAt: '2030-01-01T00:00:00.000Z' };
    const completed = {
      rootCause: 'x',
      confidence: 0.9,
      recommendedActions: [],
      timestamp: '2030-01-01T00:00:00.000Z',
    };
    at.relay.publish('remediation.proposed', { ...plan, ...imported });
    at.tell('remediation.executing', { ...of, ...imported });
    at.tell('investigation.completed', { ...completed, ...imported });
    at.start().dispatched({ ...dispatch, timestamp: '2029-01-01T00:00:00.000Z' });
    await at.first(({ method, params }) => method === 'remediation.proposed' && params.importedAt === undefined);
    expect(at.of('remediation.step')).toEqual([]);
    expect(at.shop.operations).toEqual([]);
  });

  it('run nothing on an approval alone, and nothing again that was begun before a restart', async () => {
    const { at, plan, of } = await proposed(heldLock());
    const later = await working(heldLock());
    later.relay.publish('remediation.proposed', plan);
    later.tell('remediation.approved', of);
    later.start();
    await later.subscribed();
    expect(later.of('remediation.step')).toEqual([]);
    const restarted = await working(heldLock());
    restarted.relay.publish('remediation.proposed', plan);
    restarted.tell('remediation.executing', of);
    restarted.tell('remediation.step', { ...of, stepId: 'act', status: 'running' });
    restarted.start();
    expect((await restarted.find('remediation.failed')).params.reason).toContain('nothing was run again');
    expect([...at.shop.operations, ...later.shop.operations, ...restarted.shop.operations]).toEqual([]);
  });
});
