import type { Agent } from '../../incident/state.ts';
import { EmptyNote } from '../lib/empty-note.tsx';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { Panel } from '../ui/panel.tsx';
import { AgentLane } from './agent-lane.tsx';

type AgentsProps = {
  incidentId: string;
  selected: string | null;
  onSelect: (agent: string | null) => void;
  className?: string | undefined;
};

const working = (agents: ReadonlyMap<string, Agent>): number =>
  [...agents.values()].filter(({ status }) => status === 'running').length;

export const Agents = ({ incidentId, selected, onSelect, className }: AgentsProps) => {
  const agents = useInvestigationPart(incidentId, (investigation) => investigation.agents);
  const running = working(agents);
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
          <EmptyNote incidentId={incidentId}>No agent has taken this up yet.</EmptyNote>
        </div>
      ) : (
        <ul>
          {[...agents.values()].map((agent) => (
            <li key={agent.name}>
              <AgentLane
                agent={agent}
                selected={agent.name === selected}
                onSelect={(name) => onSelect(name === selected ? null : name)}
              />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
};
