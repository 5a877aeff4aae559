import { setMaxListeners } from 'node:events';
import type { Agent } from '../../agent/connect.ts';
import type { Dispatch } from '../../agent/dispatches.ts';
import type { AgentEvent } from '../../agent/feed.ts';
import type { Subscription } from '../../agent/feeds.ts';
import { createBoard } from './board.ts';
import type { Case } from './case.ts';
import { concludeOpen } from './conclusion.ts';
import { createHelm } from './helm.ts';
import { createIncidentRecord } from './incident-record.ts';
import type { Again } from './journal.ts';
import { createKnownSolution } from './known-solution.ts';
import { createLane, type Lane, type LaneOptions, type Recheck } from './lane.ts';
import type { Patterns } from './memory/patterns.ts';
import { investigate } from './orchestrator.ts';
import { createPlanDesk } from './plan-desk.ts';
import type { AgentSettings } from './settings.ts';
import { createHttp } from './tools/http.ts';
import { createMonitor } from './tools/monitor.ts';
import { createPlatform } from './tools/platform.ts';

export type WorkerOptions = {
  agent: Agent;
  settings: AgentSettings;
  /** Factor of the pauses, as it is now. */
  pace: () => number;
  patterns: Patterns;
  incidentId: string;
  /** How long it stays to look at evidence again, after nothing else is left to do. */
  lingerMs: number;
  /** What was asked for while the agents were at work, before they were restarted. */
  again: Again | undefined;
  /** The same, to be kept over a restart: the relay forgets it once the investigation under way has ended. */
  onAgain: (again: Again | undefined) => void;
  onBusy: (busy: boolean) => void;
  /** Nothing is left to do or to wait for. */
  onEnd: () => void;
};

export type Worker = { dispatched: (dispatch: Dispatch) => void };

const reasonOf = (error: unknown): string =>
  `The agents could not go on: ${error instanceof Error ? error.message : String(error)}`;

/** A relay may send a dispatch again; one that is meant as another has an id of its own. */
const isSame = (one: Dispatch, other: Dispatch): boolean => one.eventId !== undefined && one.eventId === other.eventId;

/**
 * All that the agents do for one incident. What was done before is read from the incident's own events first; so a
 * restart, of the agents or of the relay, repeats nothing.
 */
export const startWorker = (options: WorkerOptions): Worker => {
  const { agent: connection, settings, incidentId, onBusy, onEnd } = options;
  const record = createIncidentRecord();
  const stop = new AbortController();
  // Every lane and every call under way listens to it.
  setMaxListeners(0, stop.signal);
  const rechecks = new Map<string, Recheck>();
  const lanes: Lane[] = [];
  let subscription: Subscription | undefined;
  let caughtUp = false;
  let working = 0;
  let underWay: Dispatch | undefined;
  let lastSeq = 0;
  let publishedSeq = 0;
  /** Of the newest end of an investigation, and of the newest that people brought about. */
  let endedSeq = 0;
  let abortedSeq = 0;
  /** Heard before the incident's own events were read. */
  let pending: Dispatch | undefined;
  /** Heard during an investigation: begins when that has ended. */
  let again: Dispatch | undefined;
  let linger: NodeJS.Timeout | undefined;

  const agent: Agent = {
    ...connection,
    publish: async (method, params) => {
      const stored = await connection.publish(method, params);
      publishedSeq = Math.max(publishedSeq, stored.seq);
      return stored;
    },
  };

  const end = (): void => {
    if (stop.signal.aborted) return;
    stop.abort(new Error('the work was ended'));
    clearTimeout(linger);
    desk.close();
    void subscription?.unsubscribe();
    onEnd();
  };
  const laneOptions: LaneOptions = {
    agent,
    incidentId,
    signal: stop.signal,
    pace: options.pace,
    onRefused: end,
    onEvidence: (evidenceId, recheck) => rechecks.set(evidenceId, recheck),
  };
  const lane = (name: string, role: string): Lane => {
    const made = lanes.find((known) => known.name === name) ?? createLane(name, role, laneOptions);
    if (!lanes.includes(made)) lanes.push(made);
    return made;
  };
  const orchestrator = lane('Orchestrator', 'orchestrator');
  const tools = {
    monitor: createMonitor(createHttp(settings.monitorUrl, settings.token, stop.signal)),
    platform: createPlatform(createHttp(settings.platformUrl, settings.token, stop.signal)),
    settings,
  };
  /** Nobody is left running who isn't. */
  const closeLanes = (why: string): void => {
    for (const one of lanes) if (one.isOpen()) one.status('failed', why);
  };

  /** Resolves once it has ended, however that was. */
  const work = (run: () => Promise<void>): Promise<void> => {
    working += 1;
    if (working === 1) onBusy(true);
    return run()
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        orchestrator.note(reasonOf(error));
        closeLanes('Something failed on the way');
      })
      .finally(() => {
        working -= 1;
        if (working === 0) onBusy(false);
        endIfOver();
      });
  };

  /** What we published comes back as an event later than its answer: until then the record doesn't know of it. */
  const endIfOver = (): void => {
    clearTimeout(linger);
    const heardAll = caughtUp && lastSeq >= publishedSeq;
    const isAsked = pending !== undefined || again !== undefined;
    const isIdle = working === 0 && !isAsked && record.openPlans(Date.now()).length === 0;
    if (stop.signal.aborted || !heardAll || !isIdle) return;
    if (options.lingerMs === 0) end();
    else linger = setTimeout(end, options.lingerMs);
  };

  const desk = createPlanDesk({
    agent,
    incidentId,
    record,
    tools,
    lane,
    work,
    patterns: options.patterns,
    pause: (ms) => orchestrator.hold.pause(ms),
  });
  const known = createKnownSolution({ agent, incidentId, patterns: options.patterns });
  const helm = createHelm({ lanes, lane, rechecks, work, desk, known, orchestrator, end });

  const run = async (dispatch: Dispatch): Promise<void> => {
    for (const one of lanes) one.renew();
    known.renew();
    const board = createBoard((update) => {
      if (!stop.signal.aborted) agent.publish('hypothesis.updated', update).catch(end);
    }, incidentId);
    const { title, description } = dispatch;
    const investigation: Case = { incidentId, title, description, ...tools, pace: options.pace, board, lane };
    try {
      const othersAtWork = (): boolean => [...record.agents()].some((name) => !lanes.some((one) => one.name === name));
      const outcome = await investigate({ work: investigation, known, othersAtWork });
      if (outcome === undefined) return;
      await agent.publish('investigation.completed', outcome.completed);
      await desk.take(outcome);
    } catch (error) {
      // People get what is known so far, and an end: an investigation that fails is not one that goes on.
      if (!stop.signal.aborted) {
        const because = orchestrator.hold.stoppedBy() ?? reasonOf(error);
        await agent.publish(
          'investigation.completed',
          concludeOpen(investigation, undefined, undefined, undefined, `${because}.`),
        );
      }
      throw error;
    }
  };

  const start = async (dispatch: Dispatch): Promise<void> => {
    underWay = dispatch;
    await work(() => run(dispatch));
    underWay = undefined;
    if (stop.signal.aborted) return;
    const next = again;
    again = undefined;
    if (next === undefined) options.onAgain(undefined);
    else startAgain(next);
  };
  /** What was asked for during an investigation is no repeat of it, although that ended later. */
  const startAgain = (dispatch: Dispatch): void => {
    options.onAgain({ dispatch, hasBegun: true, since: Math.max(lastSeq, publishedSeq) });
    void start(dispatch);
  };

  const startInvestigation = (dispatch: Dispatch): void => {
    if (underWay !== undefined) {
      if (isSame(underWay, dispatch)) return;
      again = dispatch;
      options.onAgain({ dispatch, hasBegun: false, since: lastSeq });
      return orchestrator.note('Asked to investigate again: that begins when this investigation has ended.');
    }
    const endedAt = record.endedAt();
    const dispatchedAt = Date.parse(dispatch.timestamp ?? '') || 0;
    if (endedAt !== undefined && endedAt >= dispatchedAt) return endIfOver();
    void start(dispatch);
  };

  const begin = (): void => {
    caughtUp = true;
    desk.resume();
    const [dispatch, kept] = [pending, options.again];
    pending = undefined;
    const isLeft = kept !== undefined && (kept.hasBegun ? endedSeq : abortedSeq) <= kept.since;
    if (isLeft) startAgain(dispatch ?? kept.dispatch);
    else if (dispatch !== undefined) startInvestigation(dispatch);
    else endIfOver();
  };

  const hear = (event: AgentEvent): void => {
    record.take(event);
    if (typeof event.params.seq === 'number') lastSeq = event.params.seq;
    if (event.method === 'investigation.aborted') abortedSeq = lastSeq;
    if (event.method === 'investigation.aborted' || event.method === 'investigation.completed') endedSeq = lastSeq;
    if (caughtUp) {
      helm.react(event);
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
