import { createHash } from 'node:crypto';
import type { EventLog, LoggedEvent } from '../log/event-log.ts';
import type { IncidentRecord } from './records.ts';
import { readParams } from './stored-event.ts';

const PAGE_EVENTS = 1_000;

const headOf = (record: IncidentRecord) => ({
  type: 'incident' as const,
  incidentId: record.incidentId,
  title: record.title,
  severity: record.severity,
  status: record.status,
  source: record.source,
  createdAt: record.createdAt,
  description: record.description,
});

/** `sha256:` and the hash in hex of the lines, each with its line feed. */
export const digestOfLines = (lines: readonly string[]): string =>
  `sha256:${createHash('sha256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('hex')}`;

/** Gives every event of the incident's stream to `take`, in their order, a page at a time. */
export const readStream = async (
  log: EventLog,
  { tenantId, incidentId }: Pick<IncidentRecord, 'tenantId' | 'incidentId'>,
  take: (event: LoggedEvent) => void,
): Promise<void> => {
  for (let afterSeq = 0; ; ) {
    const page = await log.read({ tenantId, stream: incidentId, afterSeq, limit: PAGE_EVENTS });
    for (const event of page.events) take(event);
    const last = page.events.at(-1);
    if (last === undefined || last.seq >= page.headSeq) return;
    afterSeq = last.seq;
  }
};

/** The record of an incident as JSONL: the incident, a line an event, and the end with the number and digest of them. */
export const recordOf = async (log: EventLog, record: IncidentRecord): Promise<string> => {
  const lines = [JSON.stringify(headOf(record))];
  await readStream(log, record, (event) => {
    lines.push(JSON.stringify({ type: 'event', method: event.method, params: readParams(event) }));
  });
  const end = { type: 'end', events: lines.length - 1, digest: digestOfLines(lines) };
  return `${[...lines, JSON.stringify(end)].join('\n')}\n`;
};
