import { z } from 'zod';

/** What agents are told at the start: where their tools are and what the people who run the shop wrote down. */
export const AgentSettings = z.object({
  relayUrl: z.string(),
  apiKey: z.string(),
  token: z.string(),
  /** Remembers which incidents are open, for the time after a restart. */
  journal: z.string(),
  pace: z.number(),
  monitorUrl: z.string(),
  changesUrl: z.string(),
  scrapeEveryMs: z.number(),
  services: z.array(
    z.object({ name: z.string(), log: z.string(), dependsOn: z.array(z.string()), databaseUrl: z.string().optional() }),
  ),
  objectives: z.array(
    z.object({
      name: z.string(),
      service: z.string(),
      metric: z.string(),
      where: z.record(z.string(), z.string()),
      p99Seconds: z.number(),
      windowMs: z.number(),
    }),
  ),
});
export type AgentSettings = z.infer<typeof AgentSettings>;
export type Objective = AgentSettings['objectives'][number];
export type Service = AgentSettings['services'][number];
