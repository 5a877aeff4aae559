import {
  Bot,
  ChartLine,
  Database,
  GitCommitHorizontal,
  type LucideIcon,
  Network,
  ScrollText,
  Stethoscope,
  Workflow,
  Wrench,
} from 'lucide-react';
import type { Agent } from '../../incident/state.ts';
import type { AgentStatus } from '../../protocol/values.ts';
import type { Tone } from '../ui/badge.tsx';
import type { DotShape } from '../ui/status-dot.tsx';

type StateLook = { label: string; shape: DotShape; tone: Tone; running: boolean };

const agentStates: Record<AgentStatus, StateLook> = {
  queued: { label: 'Queued', shape: 'ring', tone: 'neutral', running: false },
  running: { label: 'Running', shape: 'half', tone: 'accent', running: true },
  waiting: { label: 'Waiting', shape: 'half', tone: 'warn', running: false },
  done: { label: 'Done', shape: 'check', tone: 'good', running: false },
  failed: { label: 'Failed', shape: 'cross', tone: 'bad', running: false },
};

const cutOff: StateLook = { label: 'Cut off', shape: 'dash', tone: 'neutral', running: false };

/** Of an agent that was cut off nobody knows whether it was done. */
export const agentLook = ({ status, cut }: Pick<Agent, 'status' | 'cut'>): StateLook =>
  cut ? cutOff : agentStates[status];

/** Roles are free text; the first word that fits decides. */
const roleIcons: readonly [RegExp, LucideIcon][] = [
  [/triage/i, Stethoscope],
  [/metric|monitor/i, ChartLine],
  [/data|sql|query|\bdb\b/i, Database],
  [/change|deploy|commit|git/i, GitCommitHorizontal],
  [/log/i, ScrollText],
  [/net|trace|topolog/i, Network],
  [/orchestrat|coordinat|plan/i, Workflow],
  [/remed|fix|verif|execut/i, Wrench],
];

export const roleIcon = (text: string): LucideIcon => roleIcons.find(([pattern]) => pattern.test(text))?.[1] ?? Bot;
