import { createHash } from 'node:crypto';
import type { EventLog, LoggedEvent } from '../log/event-log.ts';
import { streamPages } from '../log/stream-pages.ts';
import type { IncidentRecord } from './records.ts';
import { readParams } from './stored-event.ts';

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

/** `sha256:` and the hash in hex of a text, or of bytes, that come one piece after the other. */
export const createDigest = () => {
  const hash = createHash('sha256');
  return {
    add: (piece: string | Uint8Array): void => void hash.update(piece),
    value: (): string => `sha256:${hash.digest('hex')}`,
  };
};

const lineOf = (event: LoggedEvent): string =>
  JSON.stringify({ type: 'event', method: event.method, params: readParams(event) });

/**
 * The record of an incident as JSONL, some whole lines at a time: the incident, a line an event, and the end with the
 * number and digest of them.
 */
export async function* recordOf(log: Pick<EventLog, 'read'>, record: IncidentRecord): AsyncGenerator<string> {
  const digest = createDigest();
  const hashed = (lines: readonly string[]): string => {
    const text = lines.map((line) => `${line}\n`).join('');
    digest.add(text);
    return text;
  };
  let events = 0;
  // Nothing is given before the log could be read: a failure can still be answered as one.
  let lines = [JSON.stringify(headOf(record))];
  for await (const page of streamPages(log, { tenantId: record.tenantId, stream: record.incidentId })) {
    events += page.length;
    yield hashed([...lines, ...page.map(lineOf)]);
    lines = [];
  }
  const rest = hashed(lines);
  yield `${rest}${JSON.stringify({ type: 'end', events, digest: digest.value() })}\n`;
}
