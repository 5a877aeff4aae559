import { z } from 'zod';

/** What agents are told at the start; objectives, services and all else they ask for. */
export const AgentSettings = z.object({
  relayUrl: z.string(),
  apiKey: z.string(),
  token: z.string(),
  /** Remembers which incidents are open, for the time after a restart; what was learned is kept beside it. */
  journal: z.string(),
  /** Factor of the pauses that give people the time to read along. */
  pace: z.number(),
  monitorUrl: z.string(),
  platformUrl: z.string(),
  scrapeEveryMs: z.number(),
});
export type AgentSettings = z.infer<typeof AgentSettings>;
