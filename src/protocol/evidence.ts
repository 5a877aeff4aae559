import { z } from 'zod';
import { eventParams } from './event.ts';
import { Id } from './ids.ts';
import { Timestamp } from './values.ts';

const EpochMs = z.number();

/** What a piece of evidence is made of, so that it can be drawn as what it is. */
export const EvidenceData = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('log'),
    lines: z.array(z.looseObject({ timestamp: z.string().optional(), level: z.string().optional(), text: z.string() })),
  }),
  z.looseObject({
    kind: z.literal('metric'),
    name: z.string(),
    unit: z.string(),
    points: z.array(z.tuple([EpochMs, z.number()])),
    baseline: z.number().optional(),
    threshold: z.number().optional(),
    marks: z.array(z.looseObject({ at: EpochMs, label: z.string() })).optional(),
  }),
  z.looseObject({ kind: z.literal('diff'), path: z.string(), unified: z.string() }),
  z.looseObject({
    kind: z.literal('trace'),
    spans: z.array(
      z.looseObject({
        name: z.string(),
        startMs: z.number(),
        durationMs: z.number(),
        parent: z.string().optional(),
        error: z.boolean().optional(),
      }),
    ),
  }),
  z.looseObject({ kind: z.literal('query'), statement: z.string(), plan: z.string().optional() }),
]);
export type EvidenceData = z.infer<typeof EvidenceData>;

/** `type` and `severity` are drawn by their own name where they are not among the known ones. */
export const Evidence = z.looseObject({
  evidenceId: Id,
  type: z.string(),
  source: z.string(),
  summary: z.string(),
  severity: z.string().optional(),
  timestamp: Timestamp.optional(),
  rawSnippet: z.string().optional(),
  agentName: z.string().optional(),
  data: EvidenceData.optional(),
});
export type Evidence = z.infer<typeof Evidence>;

export const EvidenceCollected = eventParams({ evidence: Evidence });
