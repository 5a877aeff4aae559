import type { Agent } from '../../agent/connect.ts';
import type { EvidenceData } from '../../protocol/evidence.ts';
import { newId } from '../../protocol/ids.ts';
import type { AgentStatus, EvidenceType, Severity } from '../../protocol/values.ts';
import { trim } from './words.ts';

/** What a tool gave: the value for the agent, and what it says and shows to who watches. */
export type Used<T> = { value: T; says: string; output: unknown };

type NewEvidence = {
  type: EvidenceType;
  source: string;
  summary: string;
  severity?: Severity;
  rawSnippet?: string;
  data: EvidenceData;
};

/** One agent at work on one incident. What it says is published in order, without waiting for it. */
export type Lane = {
  name: string;
  status: (status: AgentStatus, task?: string) => void;
  /** It said that it began, and not yet that it is done. */
  isOpen: () => boolean;
  note: (message: string) => void;
  thought: (message: string) => void;
  finding: (message: string, evidenceIds: readonly string[]) => void;
  /** Publishes the evidence and returns its id. */
  evidence: (evidence: NewEvidence) => string;
  use: <T>(tool: string, why: string, input: object, run: () => Promise<Used<T>>) => Promise<T>;
  /** Gives people the time to read along. */
  pause: (ms: number) => Promise<void>;
};

export type LaneOptions = {
  agent: Agent;
  incidentId: string;
  signal: AbortSignal;
  pace: number;
  /** The relay won't take what we publish: there is nobody left to work for. */
  onRefused: (error: unknown) => void;
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

const shown = (output: unknown): unknown => {
  const text = typeof output === 'string' ? output : JSON.stringify(output);
  return text !== undefined && text.length > 2400 ? trim(text, 2400) : output;
};

export const createLane = (name: string, role: string, options: LaneOptions): Lane => {
  const { agent, incidentId, signal, pace, onRefused } = options;
  let open = false;

  const publish: Agent['publish'] = (method, params) => {
    if (signal.aborted) return Promise.reject(signal.reason);
    return agent.publish(method, params);
  };
  const send = (sending: Promise<unknown>): void => {
    sending.catch((error: unknown) => {
      if (!signal.aborted) onRefused(error);
    });
  };
  const progress = (
    kind: 'status' | 'thought' | 'finding',
    message: string,
    evidenceIds: readonly string[] = [],
  ): void =>
    send(
      publish('investigation.progress', { incidentId, agentName: name, kind, message, evidenceIds: [...evidenceIds] }),
    );

  return {
    name,
    status: (status, task) => {
      open = status !== 'done' && status !== 'failed';
      const params = { incidentId, agentName: name, role, status, ...(task === undefined ? {} : { task }) };
      send(publish('agent.status', params));
    },
    isOpen: () => open,
    note: (message) => progress('status', message),
    thought: (message) => progress('thought', message),
    finding: (message, evidenceIds) => progress('finding', message, evidenceIds),
    evidence: (evidence) => {
      const evidenceId = newId('evi');
      const timestamp = new Date().toISOString();
      const stamped = { ...evidence, evidenceId, timestamp, agentName: name };
      send(publish('evidence.collected', { incidentId, evidence: stamped }));
      return evidenceId;
    },
    use: async (tool, why, input, run) => {
      const callId = newId('evt');
      const call = { incidentId, agentName: name, tool };
      send(publish('investigation.progress', { ...call, eventId: callId, kind: 'tool_call', message: why, input }));
      const began = performance.now();
      const end = (message: string, output: unknown, more: object): void => {
        const durationMs = Number((performance.now() - began).toFixed(1));
        const result = { ...call, kind: 'tool_result' as const, message, output: shown(output), durationMs, ...more };
        send(publish('investigation.progress', { ...result, parentEventId: callId }));
      };
      try {
        const { value, says, output } = await run();
        end(says, output, {});
        return value;
      } catch (error) {
        end(`failed: ${error instanceof Error ? error.message : String(error)}`, null, { error: true });
        throw error;
      }
    },
    pause: (ms) => pause(ms * pace, signal),
  };
};
