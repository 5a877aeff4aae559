import { useState } from 'react';
import type { Agent } from '../../incident/state.ts';
import { EmptyNote } from '../lib/empty-note.tsx';
import { useFeed } from '../store/use-investigation.ts';
import { Panel } from '../ui/panel.tsx';
import { useNow } from '../ui/ticker.ts';
import { useStable } from '../ui/use-stable.ts';
import { AgentLane } from './agent-lane.tsx';
import { createRhythms, silenceOf } from './rhythm.ts';
import { SilentAgent } from './silent-agent.tsx';

type AgentsProps = {
  incidentId: string;
  selected: string | null;
  onSelect: (agent: string | null) => void;
  className?: string | undefined;
};

const working = (agents: ReadonlyMap<string, Agent>): number =>
  [...agents.values()].filter(({ status }) => status === 'running').length;

export const Agents = ({ incidentId, selected, onSelect, className }: AgentsProps) => {
  const { chronicle } = useFeed(incidentId);
  const { agents } = chronicle.investigation;
  const running = working(agents);
  const [rhythmsOf] = useState(createRhythms);
  const rhythms = rhythmsOf(chronicle);
  const now = useNow(running > 0);
  const select = useStable((name: string) => onSelect(name === selected ? null : name));
  return (
    <Panel
      title="Agents"
      id="agents"
      className={className}
      bodyClassName="pb-3"
      aside={
        agents.size > 0 && (
          <span className="tabular">{running > 0 ? `${running} of ${agents.size} running` : agents.size}</span>
        )
      }
    >
      {agents.size === 0 ? (
        <div className="px-4">
          <EmptyNote incidentId={incidentId} over="No agent took this up.">
            No agent has taken this up yet.
          </EmptyNote>
        </div>
      ) : (
        <ul className="@container">
          {[...agents.values()].map((agent) => {
            const silence = silenceOf(agent, rhythms.get(agent.name), now);
            return (
              <li key={agent.name}>
                <AgentLane
                  agent={agent}
                  selected={agent.name === selected}
                  silent={silence !== null}
                  onSelect={select}
                />
                {silence !== null && <SilentAgent incidentId={incidentId} agent={agent} silence={silence} />}
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
};
