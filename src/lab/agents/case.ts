import type { Board } from './board.ts';
import type { Lane } from './lane.ts';
import type { AgentSettings } from './settings.ts';
import type { Tools } from './tools.ts';

/** One investigation: what all its agents share. */
export type Case = {
  incidentId: string;
  title: string;
  tools: Tools;
  settings: AgentSettings;
  board: Board;
  lane: (name: string, role: string) => Lane;
};

/** When the latency rose, from how much to how much (seconds), and since when it had been calm before. */
export type Onset = { at: number; before: number; after: number; since: number; evidenceId: string };
