import type { Append, EventLog, LoggedEvent, NewEvent } from '../event-log.ts';

export const STREAM = { tenantId: 'ten_1', stream: 'inc_1' };

export const newEvent = (eventId: string, rest: Partial<NewEvent> = {}): NewEvent => ({
  eventId,
  method: 'investigation.progress',
  key: '',
  params: JSON.stringify({ eventId }),
  ...rest,
});

/** Appends events with these ids to the stream and returns their seqs. */
export const appendIds = async (log: EventLog, ids: readonly string[], to: Partial<Append> = {}): Promise<number[]> => {
  const result = await log.append({ ...STREAM, events: ids.map((id) => newEvent(id)), ...to });
  if (!result.ok) throw new Error(`Refused at ${result.seq}.`);
  return result.appended.map(({ seq }) => seq);
};

export const idsOf = (events: readonly LoggedEvent[]): string[] => events.map(({ eventId }) => eventId);
