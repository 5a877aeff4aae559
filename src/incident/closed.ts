import { closeSpan, isAtWork } from './fold-agents.ts';
import type { Agent, Investigation } from './state.ts';

/** That an incident is over, and when it was closed: epoch milliseconds, null where nobody knows. */
export type Closing = { status: 'resolved' | 'closed'; at: number | null };

/** The closing that an incident's status tells of; `changedAt` is when it last changed. null while it is not over. */
export const closingOf = (status: string | undefined, changedAt: string | null | undefined): Closing | null => {
  if (status !== 'resolved' && status !== 'closed') return null;
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

/**
 * The investigation of an incident that is over, for people close one by other ways than its plan, and a relay of the
 * documented contract alone tells the status and no more: nobody is at work, and its time has an end. Where the plan
 * resolved it, its events have said all of that already.
 */
export const closedWith = (state: Investigation, { status, at }: Closing): Investigation => {
  if (status === 'resolved' && state.phase === 'recovered') return state;
  const agents = [...state.agents.values()];
  if (state.endedAt !== null && !agents.some(isAtWork)) return state;
  const lastSign = agents.length === 0 ? (state.lastAt ?? 0) : Math.max(...agents.map(({ lastAt }) => lastAt));
  return {
    ...state,
    endedAt: state.endedAt ?? (state.lastAt === null ? at : Math.max(at ?? 0, lastSign)),
    agents: new Map(agents.map((agent) => [agent.name, isAtWork(agent) ? leftBehind(agent) : agent])),
  };
};
