import { clsx } from 'clsx';
import { memo } from 'react';
import type { Agent } from '../../incident/state.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { Duration } from '../ui/duration.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { agentLook, roleIcon } from './agent-look.ts';

type AgentLaneProps = { agent: Agent; selected: boolean; silent: boolean; onSelect: (name: string) => void };

/** Two lines in a narrow column; one where there is room for it, so that more agents are in sight. */
export const AgentLane = memo(({ agent, selected, silent, onSelect }: AgentLaneProps) => {
  const look = agentLook(agent);
  const task = agent.task === '' ? agent.role : toOneLine(agent.task, 120);
  const Icon = roleIcon(`${agent.role} ${agent.name}`);
  return (
    <button
      type="button"
      aria-pressed={selected}
      onClick={() => onSelect(agent.name)}
      className={clsx(
        'grid w-full grid-cols-[1.25rem_minmax(0,1fr)_auto] gap-x-2 border-l-2 py-1.5 pr-4 pl-3 text-left -outline-offset-2 hover:bg-hover active:bg-selected @xs:grid-cols-[1.25rem_auto_minmax(0,1fr)_auto] @xs:items-center @xs:py-1 pointer-coarse:py-2.5',
        selected ? 'border-accent bg-selected' : 'border-transparent',
      )}
    >
      <Icon
        className={clsx('mt-0.5 justify-self-center @xs:mt-0', agent.status === 'queued' ? 'text-faint' : 'text-muted')}
      />
      <span className="flex min-w-0 items-center gap-1.5 @xs:max-w-40">
        <span className="truncate font-medium text-ink text-sm">{toOneLine(agent.name, 60)}</span>
        <StatusDot shape={look.shape} tone={look.tone} running={look.running} />
      </span>
      <span className="tabular text-muted text-xs leading-5 @xs:col-start-4">
        {agent.startedAt !== null && <Duration from={agent.startedAt} to={agent.endedAt} />}
      </span>
      <span className="col-span-2 col-start-2 flex min-w-0 items-baseline justify-between gap-2 text-xs @xs:col-span-1 @xs:col-start-3 @xs:row-start-1">
        <span className="truncate text-muted" title={task}>
          {task}
        </span>
        <span className="shrink-0 text-2xs">
          {silent ? (
            <span className="text-warn">Silent</span>
          ) : (
            <span className={agent.status === 'failed' ? 'text-bad' : 'text-faint'}>{look.label}</span>
          )}
        </span>
      </span>
    </button>
  );
});
