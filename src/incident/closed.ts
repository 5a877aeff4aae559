import { isOver } from '../protocol/values.ts';
import { closeSpan, isAtWork } from './fold-agents.ts';
import type { Agent, Investigation } from './state.ts';

/** That an incident is over, and when it was closed: epoch milliseconds, null where nobody knows. */
export type Closing = { status: 'resolved' | 'closed'; at: number | null };

/** The closing that an incident's status tells of; `changedAt` is when it last changed. null while it is not over. */
export const closingOf = (status: string | undefined, changedAt: string | null | undefined): Closing | null => {
  if (!isOver(status)) return null;
  const at = Date.parse(changedAt ?? '');
  return { status, at: Number.isNaN(at) ? null : at };
};

/** Nobody knows more of it than its last sign of life. */
const leftBehind = (agent: Agent): Agent => ({
  ...agent,
  status: 'done',
  endedAt: agent.lastAt,
  cut: true,
  spans: closeSpan(agent.spans, agent.lastAt, false),
});

/** Since when an agent has been at what it says that it does. */
const atItSince = ({ spans, lastAt }: Agent): number => {
  const last = spans.at(-1);
  return last !== undefined && last.to === null ? last.from : lastAt;
};

/**
 * The investigation of an incident that is over, for people close one by other ways than its plan, and a relay of the
 * documented contract alone tells the status and no more: who was at work then is not any more, and its time has an end.
 * Where the plan resolved it, its events have said all of that already. A closing before the first sign of life, as
 * that of an imported record, says nothing of when.
 */
export const closedWith = (state: Investigation, closing: Closing): Investigation => {
  if (closing.status === 'resolved' && state.phase === 'recovered') return state;
  const { lastAt } = state;
  const begun = [state, ...state.agents.values()].flatMap(({ startedAt }) => startedAt ?? []);
  const at = closing.at !== null && closing.at < Math.min(...begun) && begun.length > 0 ? null : closing.at;
  const agents = [...state.agents.values()].map((agent) =>
    isAtWork(agent) && (at === null || atItSince(agent) <= at) ? leftBehind(agent) : agent,
  );
  const lastSign = Math.max(...agents.map((agent) => agent.lastAt), agents.length === 0 ? (lastAt ?? 0) : 0);
  // Sent off again, agents are at work in an incident that stays closed.
  const endedAt = agents.some(isAtWork)
    ? state.endedAt
    : (state.endedAt ?? (lastAt === null ? at : Math.max(at ?? 0, lastSign)));
  if (endedAt === state.endedAt && agents.every((agent) => state.agents.get(agent.name) === agent)) return state;
  return { ...state, endedAt, agents: new Map(agents.map((agent) => [agent.name, agent])) };
};
