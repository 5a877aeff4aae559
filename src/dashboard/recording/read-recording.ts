import { z } from 'zod';
import { type IncidentEvent, toIncidentEvent } from '../../incident/event.ts';
import { IncidentSource, IncidentStatus, Severity } from '../../protocol/values.ts';
import { sha256 } from '../lib/sha256.ts';

const Head = z.looseObject({
  type: z.literal('incident'),
  incidentId: z.string().min(1),
  title: z.string(),
  severity: Severity,
  status: IncidentStatus,
  source: IncidentSource.catch('manual'),
  createdAt: z.string(),
  description: z.string().optional(),
});
export type RecordingHead = z.infer<typeof Head>;

const Line = z.looseObject({ type: z.literal('event'), method: z.string(), params: z.record(z.string(), z.unknown()) });
const End = z.looseObject({ type: z.literal('end'), events: z.number(), digest: z.string() });

/** Whether the file is as it was written: by the digest in its last line. */
export type Integrity = 'verified' | 'changed' | 'unfinished' | 'unchecked';

export type Recording = {
  head: RecordingHead;
  events: readonly IncidentEvent[];
  integrity: Integrity;
  /** Lines that are no event; they are left out. */
  unreadable: number;
  text: string;
};

export type ReadRecording = { ok: true; recording: Recording } | { ok: false; reason: string };

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

const integrityOf = async (lines: readonly string[], events: number): Promise<Integrity> => {
  const end = End.safeParse(parse(lines.at(-1) ?? ''));
  if (!end.success) return 'unfinished';
  const digest = await sha256(
    lines
      .slice(0, -1)
      .map((line) => `${line}\n`)
      .join(''),
  );
  if (digest === null) return 'unchecked';
  return digest === end.data.digest && end.data.events === events ? 'verified' : 'changed';
};

/**
 * Reads an incident's record as it was exported: the incident, its events, and the digest of both. What was cut or
 * changed is still shown, and said to be that; only a file that is no record at all is refused.
 */
export const readRecording = async (text: string): Promise<ReadRecording> => {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const head = Head.safeParse(parse(lines[0] ?? ''));
  if (!head.success)
    return { ok: false, reason: 'This is no record of an incident: its first line does not name one.' };
  const events: IncidentEvent[] = [];
  let unreadable = 0;
  let told = 0;
  for (const line of lines.slice(1)) {
    const value = parse(line);
    const read = Line.safeParse(value);
    if (!read.success) {
      if (!End.safeParse(value).success) unreadable += 1;
      continue;
    }
    told += 1;
    const params = { ...read.data.params, incidentId: head.data.incidentId };
    const event = toIncidentEvent(read.data.method, params, Date.parse(head.data.createdAt));
    if (event !== undefined) events.push(event);
  }
  return {
    ok: true,
    recording: { head: head.data, events, integrity: await integrityOf(lines, told), unreadable, text },
  };
};
