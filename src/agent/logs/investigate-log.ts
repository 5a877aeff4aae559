import { newId } from '../../protocol/ids.ts';
import { type Belief, confidenceOf, explainWeight, startBelief, statusOf, type Weight, weigh } from '../confidence.ts';
import type { Agent } from '../connect.ts';
import type { AgentEvent } from '../feed.ts';
import type { Anomaly, Detector } from './detector.ts';
import type { LogEntry } from './read-line.ts';

export type Investigating = {
  agent: Agent;
  agentName: string;
  fileName: string;
  detector: Detector;
  anomalies: readonly Anomaly[];
  /** How long it goes on to listen before it says what it makes of it. */
  listenMs?: number;
};

type Cited = { evidenceId: string; quote: string };

const ROLE = 'logs';
/** What comes within this time belongs to the same trouble. */
const LISTEN_MS = 5_000;
/** What may have set it off is looked for so far back. */
const BEFORE_MS = 60_000;
const MOST_ANOMALIES = 5;
const MOST_LINES = 20;
const MOST_CHARACTERS = 300;

/** Nothing but the file was read. */
const NOT_CHECKED = ['metrics, traces and changes: this agent reads one log file', 'other services and their logs'];

const cut = (text: string): string => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)} …` : text);
const firstLine = (entry: LogEntry | undefined): string => cut(entry?.text.split('\n')[0] ?? '');
const clock = (at: number): string => `${new Date(at).toISOString().slice(11, 19)} UTC`;
const describe = ({ kind, level, count, expected, pattern }: Anomaly): string =>
  `${kind === 'new' ? 'new' : 'burst'} ${level} × ${count} (usually ${expected.toFixed(1)}): ${cut(pattern)}`;

/** Opens an incident for what the log shows, says what it makes of it with the lines that show it, and stops when told. */
export const investigateLog = async (investigating: Investigating): Promise<string> => {
  const { agent, agentName, fileName, detector, listenMs = LISTEN_MS } = investigating;
  const [worst] = investigating.anomalies;
  if (worst === undefined) throw new Error('there is nothing to investigate');
  const { incidentId } = await agent.openIncident({
    title: `${fileName}: ${worst.kind === 'new' ? 'new kind of' : 'burst of'} ${worst.level} lines`,
    description: cut(`${describe(worst)}\n${firstLine(worst.lines[0])}`),
    severity: worst.level === 'error' ? 'high' : 'medium',
  });
  const stop = new AbortController();
  const say = (
    kind: 'thought' | 'finding' | 'tool_call' | 'tool_result' | 'status',
    message: string,
    more: object = {},
  ) => agent.publish('investigation.progress', { incidentId, agentName, kind, message, ...more });
  const status = (now: 'running' | 'waiting' | 'done' | 'failed', task: string) =>
    agent.publish('agent.status', { incidentId, agentName, role: ROLE, status: now, task });

  const hear = (event: AgentEvent): void => {
    if (event.method === 'investigation.aborted') stop.abort();
    if (event.method === 'investigation.context_added')
      void say('thought', `Noted from ${event.params.by}: “${event.params.context}”`);
    if (event.method !== 'agent.instructed' || event.params.agentName !== agentName) return;
    if (event.params.instruction === 'stop') stop.abort();
    else
      void say('status', `To ${event.params.by}: reading ${fileName}, and listening to it for ${listenMs / 1000} s.`);
  };
  const subscription = await agent.subscribe(incidentId, hear, { afterSeq: 0 });

  /** A tool call with its result, as a pair. */
  const use = async (tool: string, why: string, input: object, lines: readonly string[]): Promise<string> => {
    const began = performance.now();
    const { eventId } = await say('tool_call', why, { tool, input });
    const output = lines.join('\n');
    const durationMs = Math.round(performance.now() - began);
    await say('tool_result', `${lines.length} lines`, { tool, output, durationMs, parentEventId: eventId });
    return output;
  };
  const collect = async (
    summary: string,
    entries: readonly LogEntry[],
    output: string,
    quote: string,
  ): Promise<Cited> => {
    const evidenceId = newId('evi');
    const lines = entries.slice(-MOST_LINES).map(({ at, level, text }) => ({
      level,
      text: cut(text),
      ...(at === undefined ? {} : { timestamp: new Date(at).toISOString() }),
    }));
    await agent.publish('evidence.collected', {
      incidentId,
      evidence: {
        evidenceId,
        type: 'log',
        source: fileName,
        summary,
        severity: 'high',
        agentName,
        rawSnippet: output,
        timestamp: new Date().toISOString(),
        data: { kind: 'log', lines },
      },
    });
    return { evidenceId, quote };
  };

  const explain = async (
    statement: string,
    steps: readonly (readonly [Weight, string])[],
    cited: readonly Cited[],
  ): Promise<Belief> => {
    const hypothesisId = newId('hyp');
    let belief = startBelief(0.25);
    const tell = (reason: string) =>
      agent.publish('hypothesis.updated', {
        incidentId,
        hypothesisId,
        statement,
        status: statusOf(belief),
        confidence: confidenceOf(belief),
        evidenceIds: cited.map(({ evidenceId }) => evidenceId),
        citations: [...cited],
        agentName,
        reason,
      });
    await tell('It could explain the lines');
    for (const [weight, because] of steps) {
      belief = weigh(belief, weight);
      await tell(`${because} (${explainWeight(weight)})`);
    }
    return belief;
  };

  const look = async (): Promise<void> => {
    await status('running', `Reading ${fileName}`);
    const anomalies = [...investigating.anomalies, ...(await listen(detector, listenMs, stop.signal))].slice(
      0,
      MOST_ANOMALIES,
    );
    const output = await use(
      'mine_templates',
      'Which kinds of lines are new, or come more often?',
      { file: fileName },
      anomalies.flatMap((anomaly) => [describe(anomaly), ...anomaly.lines.slice(0, 3).map(firstLine)]),
    );
    const shown: Cited[] = [];
    for (const anomaly of anomalies)
      shown.push(await collect(describe(anomaly), anomaly.lines, output, firstLine(anomaly.lines[0])));
    const first = [...anomalies].sort((a, b) => a.since - b.since)[0] ?? worst;
    const rare = detector.rareBefore(first.since, BEFORE_MS);
    const [setOff] = rare.slice(-1);
    const before = await use(
      'rare_before',
      'What rare lines came just before it?',
      { withinMs: BEFORE_MS },
      rare.slice(-10).map(firstLine),
    );
    const cause =
      setOff === undefined
        ? undefined
        : await collect(`Rare, and just before it: ${firstLine(setOff)}`, [setOff], before, firstLine(setOff));
    await say(
      'finding',
      `“${cut(first.pattern)}” began at ${clock(first.since)}; ${anomalies.length - 1} other kinds followed.`,
      { evidenceIds: shown.map(({ evidenceId }) => evidenceId), citations: shown },
    );
    const ownTrouble = await explain(
      `What “${cut(first.pattern)}” complains of began by itself`,
      [
        [
          first.level === 'error' ? 'for' : 'against',
          `It is ${first.kind === 'new' ? 'new' : 'far more frequent'}, ${first.count} times`,
        ],
        ...(cause === undefined ? [] : [['against', 'Something rare happened just before it'] as const]),
      ],
      shown,
    );
    const setOffBelief =
      setOff === undefined || cause === undefined
        ? undefined
        : await explain(
            `“${firstLine(setOff)}” set it off`,
            [
              ['for', 'It is rare in this log'],
              ['for', 'It came within a minute before'],
            ],
            [cause, ...shown],
          );
    const confidence = Math.max(confidenceOf(ownTrouble), setOffBelief === undefined ? 0 : confidenceOf(setOffBelief));
    const isSetOff = setOffBelief !== undefined && setOffBelief.odds > ownTrouble.odds;
    const citations = isSetOff && cause !== undefined ? [cause, ...shown] : shown;
    await agent.publish('investigation.completed', {
      incidentId,
      rootCause: `Inconclusive from one log alone. The strongest lead: since ${clock(first.since)} ${fileName} has “${cut(first.pattern)}” ${first.count} times${isSetOff ? `, just after “${firstLine(setOff)}”` : ''}.`,
      confidence: Math.min(confidence, 0.7),
      recommendedActions: [
        isSetOff ? `Look at what “${firstLine(setOff)}” changed` : `Look for what “${cut(first.pattern)}” needs`,
        'Ask an agent with metrics and changes to confirm it',
      ],
      evidenceIds: citations.map(({ evidenceId }) => evidenceId),
      citations,
      notChecked: NOT_CHECKED,
    });
    await status('done', anomalies.length === 1 ? '1 kind of line' : `${anomalies.length} kinds of lines`);
  };

  try {
    await look();
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    await status('failed', 'Stopped by a person').catch(() => undefined);
  } finally {
    await subscription.unsubscribe();
  }
  return incidentId;
};

/** What begins while one listens belongs to it. */
const listen = (detector: Detector, listenMs: number, signal: AbortSignal): Promise<Anomaly[]> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(detector.look(Date.now())), listenMs);
    const stopped = (): void => {
      clearTimeout(timer);
      reject(new Error('stopped'));
    };
    if (signal.aborted) stopped();
    else signal.addEventListener('abort', stopped, { once: true });
  });
