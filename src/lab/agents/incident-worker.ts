import type { Agent } from '../../agent/connect.ts';
import type { Dispatch } from '../../agent/dispatches.ts';
import type { AgentEvent } from '../../agent/feed.ts';
import type { Subscription } from '../../agent/feeds.ts';
import { createBoard } from './board.ts';
import { concludeOpen } from './conclusion.ts';
import { executePlan } from './executor.ts';
import { createIncidentRecord, type PlanRecord } from './incident-record.ts';
import { createLane, type Lane, type LaneOptions } from './lane.ts';
import { investigate } from './orchestrator.ts';
import type { AgentSettings } from './settings.ts';
import { createTools } from './tools.ts';

export type WorkerOptions = {
  agent: Agent;
  settings: AgentSettings;
  incidentId: string;
  onBusy: (busy: boolean) => void;
  /** Nothing is left to do or to wait for. */
  onEnd: () => void;
};

export type Worker = { dispatched: (dispatch: Dispatch) => void };

const reasonOf = (error: unknown): string =>
  `The agents could not go on: ${error instanceof Error ? error.message : String(error)}`;

const quoted = (reason: string | undefined): string => (reason === undefined || reason === '' ? '' : `: “${reason}”`);

/**
 * All that the agents do for one incident. What was done before is read from the incident's own events first; so a
 * restart, of the agents or of the relay, repeats nothing.
 */
export const startWorker = ({ agent: connection, settings, incidentId, onBusy, onEnd }: WorkerOptions): Worker => {
  const record = createIncidentRecord();
  const stop = new AbortController();
  const tools = createTools(settings, stop.signal);
  let subscription: Subscription | undefined;
  let caughtUp = false;
  let working = false;
  let lastSeq = 0;
  let publishedSeq = 0;
  const executed = new Set<string>();
  let pending: Dispatch | undefined;

  const agent: Agent = {
    ...connection,
    publish: async (method, params) => {
      const stored = await connection.publish(method, params);
      publishedSeq = Math.max(publishedSeq, stored.seq);
      return stored;
    },
  };

  const end = (): void => {
    stop.abort();
    void subscription?.unsubscribe();
    onEnd();
  };
  const options: LaneOptions = { agent, incidentId, signal: stop.signal, pace: settings.pace, onRefused: end };
  const lanes: Lane[] = [];
  const lane = (name: string, role: string): Lane => {
    const made = lanes.find((known) => known.name === name) ?? createLane(name, role, options);
    if (!lanes.includes(made)) lanes.push(made);
    return made;
  };
  /** Nobody is left running who isn't. */
  const closeLanes = (why: string): void => {
    for (const one of lanes) if (one.isOpen()) one.status('failed', why);
  };
  const orchestrator = lane('Orchestrator', 'orchestrator');

  const work = (run: () => Promise<void>): void => {
    working = true;
    onBusy(true);
    void run()
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        orchestrator.note(reasonOf(error));
        closeLanes('Something failed on the way');
      })
      .finally(() => {
        working = false;
        onBusy(false);
        endIfOver();
      });
  };

  /** What we published comes back as an event later than its answer: until then the record doesn't know of it. */
  const endIfOver = (): void => {
    const heardAll = caughtUp && lastSeq >= publishedSeq;
    const idle = !working && pending === undefined && record.openPlans().length === 0;
    if (!stop.signal.aborted && heardAll && idle) end();
  };

  const execute = ({ plan, begun }: PlanRecord): void => {
    if (executed.has(plan.remediationId)) return;
    executed.add(plan.remediationId);
    const executor = lane('Remediation', 'remediation');
    work(async () => {
      if (begun) {
        const reason =
          'The agents were restarted in the middle of it; nothing was run again. Look at the steps and propose anew.';
        await agent.publish('remediation.failed', {
          incidentId,
          remediationId: plan.remediationId,
          reason,
          outcome: 'unknown',
        });
        return executor.status('failed', reason);
      }
      orchestrator.status('waiting', 'For the plan to be executed');
      const worked = await executePlan({ agent, incidentId, plan, tools, settings, lane: executor, pause: realPause });
      orchestrator.status('done', worked ? 'The plan worked' : 'The plan did not work');
    });
  };
  /** Measuring takes the time it takes, whatever the pace. */
  const realPause = (ms: number): Promise<void> => createLane('', '', { ...options, pace: 1 }).pause(ms);

  const startInvestigation = (dispatch: Dispatch): void => {
    const endedAt = record.endedAt();
    const dispatchedAt = Date.parse(dispatch.timestamp ?? '') || 0;
    if (working || (endedAt !== undefined && endedAt >= dispatchedAt)) return endIfOver();
    const board = createBoard((update) => {
      if (!stop.signal.aborted) agent.publish('hypothesis.updated', update).catch(end);
    }, incidentId);
    work(async () => {
      try {
        await investigate({ incidentId, title: dispatch.title, tools, settings, board, lane }, agent);
      } catch (error) {
        // People get what is known so far, and an end: an investigation that fails is not one that goes on.
        if (!stop.signal.aborted) {
          await agent.publish(
            'investigation.completed',
            concludeOpen(incidentId, board.entries(), `${reasonOf(error)}.`),
          );
        }
        throw error;
      }
    });
  };

  const begin = (): void => {
    caughtUp = true;
    for (const plan of record.openPlans()) if (plan.state === 'executing') execute(plan);
    const dispatch = pending;
    pending = undefined;
    if (dispatch !== undefined) startInvestigation(dispatch);
    else endIfOver();
  };

  const react = (event: AgentEvent): void => {
    switch (event.method) {
      case 'investigation.aborted':
        return end();
      case 'investigation.context_added':
        return orchestrator.thought(`Noted from ${event.params.by}: “${event.params.context}”`);
      case 'remediation.executing': {
        const plan = record.plan(event.params.remediationId);
        if (plan !== undefined) execute(plan);
        return;
      }
      case 'remediation.rejected':
        orchestrator.note(
          `${event.params.by ?? 'Somebody'} rejected the plan${quoted(event.params.reason)}. Nothing was changed; the agents stop here.`,
        );
        return orchestrator.status('done', 'The plan was rejected');
      case 'remediation.expired':
        orchestrator.note('Nobody decided in time. Nothing was changed; the agents stop here.');
        return orchestrator.status('done', 'The plan expired');
      default:
        return;
    }
  };

  const hear = (event: AgentEvent): void => {
    record.take(event);
    if (typeof event.params.seq === 'number') lastSeq = event.params.seq;
    if (caughtUp) {
      react(event);
      endIfOver();
    } else if (subscription !== undefined && lastSeq >= (subscription.headSeq ?? 0)) begin();
  };

  connection.subscribe(incidentId, hear, { afterSeq: 0, onEnded: end }).then(
    (made) => {
      subscription = made;
      if (stop.signal.aborted) void made.unsubscribe();
      else if (lastSeq >= (made.headSeq ?? 0)) begin();
    },
    () => end(),
  );

  return {
    dispatched: (dispatch) => {
      if (caughtUp) startInvestigation(dispatch);
      else pending = dispatch;
    },
  };
};
