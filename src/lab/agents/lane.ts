import type { Agent } from '../../agent/connect.ts';
import { newId } from '../../protocol/ids.ts';
import type { AgentStatus } from '../../protocol/values.ts';
import { type Cite, type Cited, idsOf, type NewEvidence, quoteFrom, snippetAround } from './cited.ts';
import { createHold, Given, type Hold } from './hold.ts';
import { span } from './words.ts';

/** What a tool gave: the value for the agent, what it says in a sentence, and its output line by line. */
export type Used<T> = { value: T; says: string; lines: readonly string[] };

/** A tool's result that can be cited, and looked at again. */
export type Result<T> = { value: T; output: string; tool: string; again: () => Promise<Result<T> | undefined> };

/** Collects a piece of evidence again, under the id that it has. */
export type Recheck = () => Promise<void>;

/** One agent at work on one incident. What it says is published in order, without waiting for it. */
export type Lane = {
  name: string;
  status: (status: AgentStatus, task?: string) => void;
  /** It said that it began, and not yet that it is done. */
  isOpen: () => boolean;
  note: (message: string) => void;
  thought: (message: string) => void;
  finding: (message: string, cited: readonly Cited[], against?: readonly Cited[]) => void;
  /** Evidence from a tool's result; published when it is first cited. `about` picks the line that is quoted. */
  evidence: <T>(result: Result<T>, about: string, describe: (value: T, output: string) => NewEvidence) => Cite;
  /** Undefined where the tool failed, took too long, or was given up because somebody said so. */
  use: <T>(tool: string, why: string, input: object, run: () => Promise<Used<T>>) => Promise<Result<T> | undefined>;
  /** Gives people the time to read along. */
  pause: (ms: number) => Promise<void>;
  /** What it could not look at, and why. */
  gaps: () => readonly string[];
  /** For another investigation: it works again, and has looked at nothing yet. */
  renew: () => void;
  hold: Hold;
};

export type LaneOptions = {
  agent: Agent;
  incidentId: string;
  signal: AbortSignal;
  pace: () => number;
  /** The relay won't take what we publish: there is nobody left to work for. */
  onRefused: (error: unknown) => void;
  onEvidence: (evidenceId: string, recheck: Recheck) => void;
};

const TOOL_AT_MOST_MS = 25_000;
/** What of a tool's output is kept, shown and can be quoted. */
const MOST_OUTPUT_CHARACTERS = 6_000;
const MOST_LINE_CHARACTERS = 600;

const outputOf = (lines: readonly string[]): string => {
  const kept: string[] = [];
  let size = 0;
  for (const [index, line] of lines.entries()) {
    const text = line.length > MOST_LINE_CHARACTERS ? `${line.slice(0, MOST_LINE_CHARACTERS)} …` : line;
    size += text.length + 1;
    if (size > MOST_OUTPUT_CHARACTERS) {
      kept.push(`… ${lines.length - index} lines more`);
      break;
    }
    kept.push(text);
  }
  return kept.join('\n');
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What an agent's part gives, or something else where a person stopped it: the others go on without it. */
export const unlessStopped = async <T>(lane: Lane, otherwise: T, run: () => Promise<T>): Promise<T> => {
  try {
    if (lane.hold.stoppedBy() === undefined) return await run();
  } catch (error) {
    const stopped = lane.hold.stoppedBy();
    if (stopped === undefined) throw error;
    lane.status('failed', stopped);
  }
  return otherwise;
};

export const createLane = (name: string, role: string, options: LaneOptions): Lane => {
  const { agent, incidentId, signal, onRefused } = options;
  const hold = createHold(signal, TOOL_AT_MOST_MS);
  const gaps: string[] = [];
  let open = false;
  let task = '';
  let current: { tool: string; since: number } | undefined;

  const publish: Agent['publish'] = (method, params) => {
    if (signal.aborted) return Promise.reject(signal.reason);
    return agent.publish(method, params);
  };
  const send = (sending: Promise<unknown>): void => {
    sending.catch((error: unknown) => {
      if (!signal.aborted) onRefused(error);
    });
  };
  const progress = (kind: 'status' | 'thought' | 'finding', message: string, more: object = {}): void =>
    send(publish('investigation.progress', { incidentId, agentName: name, kind, message, ...more }));

  const publishEvidence = (evidenceId: string, evidence: NewEvidence, output: string, about: string): Cited => {
    const quote = quoteFrom(output, about);
    const stamped = {
      ...evidence,
      evidenceId,
      timestamp: new Date().toISOString(),
      agentName: name,
      rawSnippet: snippetAround(output, quote),
    };
    send(publish('evidence.collected', { incidentId, evidence: stamped }));
    return { evidenceId, quote };
  };

  const lane: Lane = {
    name,
    hold,
    gaps: () => gaps,
    renew: () => {
      hold.renew();
      gaps.length = 0;
    },
    status: (status, next) => {
      open = status !== 'done' && status !== 'failed';
      task = next ?? task;
      send(
        publish('agent.status', {
          incidentId,
          agentName: name,
          role,
          status,
          ...(next === undefined ? {} : { task: next }),
        }),
      );
    },
    isOpen: () => open,
    note: (message) => progress('status', message),
    thought: (message) => progress('thought', message),
    finding: (message, cited, against = []) =>
      progress('finding', message, {
        evidenceIds: idsOf(cited),
        citations: [...cited, ...against],
        ...(against.length === 0 ? {} : { contradictingEvidenceIds: idsOf(against) }),
      }),
    evidence: (result, about, describe) => {
      let cited: Cited | undefined;
      return () => {
        if (cited !== undefined) return cited;
        const evidenceId = newId('evi');
        cited = publishEvidence(evidenceId, describe(result.value, result.output), result.output, about);
        options.onEvidence(evidenceId, async () => {
          const again = await result.again();
          if (again === undefined)
            return progress('status', `${result.tool} could not be used again; the evidence is as old as before.`);
          publishEvidence(evidenceId, describe(again.value, again.output), again.output, about);
        });
        return cited;
      };
    },
    use: async (tool, why, input, run) => {
      const callId = newId('evt');
      const call = { incidentId, agentName: name, tool };
      send(publish('investigation.progress', { ...call, eventId: callId, kind: 'tool_call', message: why, input }));
      const began = performance.now();
      current = { tool, since: Date.now() };
      const end = (message: string, output: string | null, more: object = {}): void => {
        const durationMs = Number((performance.now() - began).toFixed(1));
        const result = { ...call, kind: 'tool_result' as const, message, output, durationMs, ...more };
        send(publish('investigation.progress', { ...result, parentEventId: callId }));
      };
      try {
        const { value, says, lines } = await hold.within(run());
        const output = outputOf(lines.length === 0 ? [says] : lines);
        end(says, output);
        return { value, output, tool, again: () => lane.use(tool, `${why} (again)`, input, run) };
      } catch (error) {
        end(error instanceof Given ? error.message : `failed: ${reasonOf(error)}`, null, { error: true });
        if (signal.aborted || hold.stoppedBy() !== undefined) throw error;
        gaps.push(`${why} (${tool}: ${reasonOf(error)})`);
        return undefined;
      } finally {
        current = undefined;
      }
    },
    pause: async (ms) => {
      try {
        await hold.pause(ms * options.pace());
      } catch (error) {
        // Somebody who says skip means the wait as well.
        if (signal.aborted || hold.stoppedBy() !== undefined) throw error;
      }
    },
  };
  hold.onAsked((by) =>
    lane.note(
      current === undefined
        ? `To ${by}: ${open ? task || 'at work' : 'nothing under way'}; no tool call is open.`
        : `To ${by}: waiting for ${current.tool} since ${span(Date.now() - current.since)}. ${task}`,
    ),
  );
  return lane;
};
