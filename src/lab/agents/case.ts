import type { Board } from './board.ts';
import type { Lane } from './lane.ts';
import type { AgentSettings } from './settings.ts';
import type { Monitor } from './tools/monitor.ts';
import type { Platform } from './tools/platform.ts';

/** One investigation: what all its agents share. */
export type Case = {
  incidentId: string;
  title: string;
  description: string;
  monitor: Monitor;
  platform: Platform;
  settings: AgentSettings;
  /** Factor of the pauses, as it is now. */
  pace: () => number;
  board: Board;
  lane: (name: string, role: string) => Lane;
};
