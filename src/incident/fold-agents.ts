import type { Draft } from './draft.ts';
import type { IncidentEvent } from './event.ts';
import type { Agent } from './state.ts';

type Progress = Extract<IncidentEvent, { method: 'investigation.progress' }>;
type Status = Extract<IncidentEvent, { method: 'agent.status' }>;
type Instructed = Extract<IncidentEvent, { method: 'agent.instructed' }>;

const blank = (name: string, at: number): Agent => ({
  name,
  role: '',
  status: 'running',
  task: '',
  startedAt: null,
  endedAt: null,
  lastAt: at,
  events: 0,
  toolCalls: 0,
  spans: [],
  cut: false,
  instructed: null,
});

/** Ends a stretch of work that is still open. */
export const closeSpan = (spans: Agent['spans'], at: number, failed: boolean): Agent['spans'] => {
  const last = spans.at(-1);
  if (last === undefined || last.to !== null) return spans;
  return [...spans.slice(0, -1), { ...last, to: Math.max(at, last.from), failed }];
};

const openSpan = (spans: Agent['spans'], at: number): Agent['spans'] =>
  spans.at(-1)?.to === null ? spans : [...spans, { from: at, to: null, failed: false }];

export const foldAgentStatus = (draft: Draft, event: Status): void => {
  const { agentName, role, status, task } = event.params;
  const agent = draft.agents().get(agentName) ?? blank(agentName, event.at);
  const working = status === 'running';
  const over = status === 'done' || status === 'failed';
  draft.agents().set(agentName, {
    ...agent,
    role,
    status,
    task: task ?? agent.task,
    startedAt: agent.startedAt ?? (working || over ? event.at : null),
    endedAt: over ? event.at : null,
    lastAt: event.at,
    events: agent.events + 1,
    cut: false,
    spans: working ? openSpan(agent.spans, event.at) : closeSpan(agent.spans, event.at, status === 'failed'),
  });
};

/** An agent that never says its state is running from its first message on. */
export const foldAgentProgress = (draft: Draft, event: Progress): void => {
  const { agentName, message, kind } = event.params;
  if (agentName === '') return;
  const agent = draft.agents().get(agentName) ?? blank(agentName, event.at);
  const revived = agent.status === 'queued';
  const running = agent.status === 'running' || revived;
  draft.agents().set(agentName, {
    ...agent,
    status: revived ? 'running' : agent.status,
    task: kind === 'tool_result' || agent.role !== '' ? agent.task || message : message,
    startedAt: agent.startedAt ?? event.at,
    lastAt: event.at,
    events: agent.events + 1,
    toolCalls: agent.toolCalls + (kind === 'tool_call' ? 1 : 0),
    spans: running ? openSpan(agent.spans, event.at) : agent.spans,
  });
};

/** An agent that was never heard of cannot be told anything. */
export const foldInstruction = (draft: Draft, event: Instructed): void => {
  const { agentName, instruction, by, message } = event.params;
  const agent = draft.value.agents.get(agentName);
  if (agent === undefined) return;
  draft.agents().set(agentName, { ...agent, instructed: { instruction, by, message: message ?? null, at: event.at } });
};

/** It has not said that it is done, or that it failed. */
export const isAtWork = ({ status }: Pick<Agent, 'status'>): boolean => status !== 'done' && status !== 'failed';

/** An agent that never said its state, as all on a relay of the documented contract alone. */
const saysNothing = ({ role }: Agent): boolean => role === '';

const endAgents = (draft: Draft, at: number, isMeant: (agent: Agent) => boolean): void => {
  for (const agent of draft.value.agents.values()) {
    if (!isAtWork(agent) || !isMeant(agent)) continue;
    const spans = closeSpan(agent.spans, at, false);
    draft.agents().set(agent.name, { ...agent, status: 'done', endedAt: at, cut: !saysNothing(agent), spans });
  }
};

/** Nobody works on after the end: lanes left open are closed with it, until their agent says that it is at work again. */
export const cutAgents = (draft: Draft, at: number): void => endAgents(draft, at, () => true);

/** Those that say no state are done when the investigation is. */
export const endSilentAgents = (draft: Draft, at: number): void => endAgents(draft, at, saysNothing);
