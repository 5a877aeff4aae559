import { CircleStop, MessageCircleQuestion, SkipForward } from 'lucide-react';
import { memo } from 'react';
import type { Agent } from '../../incident/state.ts';
import { type Instruction, useInstruct } from '../api/instructions.ts';
import { useSession } from '../api/session.ts';
import { useWhyNot } from '../store/use-capability.ts';
import { Button } from '../ui/button.tsx';
import { formatDuration, formatElapsed } from '../ui/format-time.ts';
import type { Silence } from './rhythm.ts';

const choices = [
  { instruction: 'ask', label: 'Ask', icon: <MessageCircleQuestion />, adminOnly: false },
  { instruction: 'skip', label: 'Skip', icon: <SkipForward />, adminOnly: true },
  { instruction: 'stop', label: 'Stop', icon: <CircleStop />, adminOnly: true },
] as const;

const told: Record<Instruction, string> = {
  ask: 'asked what it waits for',
  skip: 'told it to skip this step',
  stop: 'told it to stop',
};

type ChoicesProps = { incidentId: string; agentName: string };

/** Not drawn anew with each second that the silence lasts. */
const Choices = memo(({ incidentId, agentName }: ChoicesProps) => {
  const instruct = useInstruct(incidentId);
  const isAdmin = useSession()?.user.roles.includes('admin') === true;
  const whyNot = useWhyNot('instruct');
  return (
    <>
      <div className="mt-1 flex flex-wrap gap-1">
        {choices.map(({ instruction, label, icon, adminOnly }) => (
          <Button
            key={instruction}
            size="sm"
            icon={icon}
            aria-label={`${label} ${agentName}`}
            busy={instruct.isPending && instruct.variables.instruction === instruction}
            disabledReason={whyNot ?? (adminOnly && !isAdmin ? 'Only admins can do this' : undefined)}
            onClick={() => instruct.mutate({ agentName, instruction })}
            className="h-6! px-1.5!"
          >
            {label}
          </Button>
        ))}
      </div>
      {instruct.error !== null && <p className="mt-1 text-bad">{instruct.error.message}</p>}
    </>
  );
});

type SilentAgentProps = { incidentId: string; agent: Agent; silence: Silence };

/** An agent that says nothing for longer than it usually does, and what can be done about it. */
export const SilentAgent = ({ incidentId, agent, silence }: SilentAgentProps) => {
  const { instructed } = agent;
  const isTold = instructed !== null && instructed.at >= agent.lastAt;
  const usual = silence.usualMs === null ? '' : ` (usually ${formatDuration(silence.usualMs)})`;
  return (
    <div className="pr-4 pb-2 pl-10 text-2xs">
      <p className="tabular text-warn">
        {agent.name} silent {formatElapsed(silence.sinceMs)}
        {usual}
      </p>
      {isTold && (
        <p className="text-muted">
          {instructed.by} {told[instructed.instruction]}
        </p>
      )}
      <Choices incidentId={incidentId} agentName={agent.name} />
    </div>
  );
};
