import { Bot } from 'lucide-react';
import { memo } from 'react';
import { toOneLine } from '../lib/plain-text.ts';
import { Button } from '../ui/button.tsx';
import { Menu, MenuChoice } from '../ui/menu.tsx';

type AgentMenuProps = {
  agents: readonly string[];
  agent: string | null;
  onFilter: (change: { agent: string | null }) => void;
};

/** One agent's events only. */
export const AgentMenu = memo(({ agents, agent, onFilter }: AgentMenuProps) => (
  <Menu
    trigger={
      <Button
        size="sm"
        icon={<Bot />}
        title="Events of one agent"
        aria-label={agent === null ? 'Agent' : `Agent: ${agent}`}
        className={agent === null ? undefined : 'border-accent! text-accent!'}
      >
        <span className={agent === null ? '@max-4xl:sr-only' : 'max-w-32 truncate'}>
          {agent === null ? 'Agent' : toOneLine(agent, 40)}
        </span>
      </Button>
    }
  >
    <MenuChoice
      label="Events of"
      value={agent ?? ''}
      onValueChange={(next) => onFilter({ agent: next === '' ? null : next })}
      options={[
        { value: '', label: 'All agents' },
        ...agents.map((name) => ({ value: name, label: toOneLine(name, 60) })),
      ]}
    />
  </Menu>
));
