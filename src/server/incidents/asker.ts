import { type IdPrefix, newId } from '../../protocol/ids.ts';
import type { Person } from '../auth/principal.ts';
import type { EventLog, LoggedEvent } from '../log/event-log.ts';
import { actorOf, nameOf } from './actor.ts';
import { derivedId } from './derived-id.ts';
import { fromOutside, readParams, toNewEvent } from './stored-event.ts';

/** A person who asks for a change; `cause` is the same each time that a request is sent, undefined where each is a new one. */
export type Asker = Person & { cause: string | undefined };

/** The id of something that a request makes: the same each time that it is sent, so that the log stores it once. */
export const idFor = (prefix: IdPrefix, { cause }: Pick<Asker, 'cause'>, purpose: string): string =>
  cause === undefined ? newId(prefix) : derivedId(prefix, cause, purpose);

/** The purpose of the one event that most requests append. */
const THE_EVENT = 'event';

/** What an earlier attempt of the same request appended to the stream, though its answer was lost. */
export const leftBefore = async (
  log: Pick<EventLog, 'find'>,
  asker: Pick<Asker, 'tenantId' | 'cause'>,
  stream: string,
  purpose = THE_EVENT,
): Promise<LoggedEvent | undefined> => {
  if (asker.cause === undefined) return undefined;
  const found = await log.find(asker.tenantId, idFor('evt', asker, purpose));
  return found?.stream === stream ? found : undefined;
};

/** The params of an event by which a person acts: nothing that the request says replaces who it was, and when. */
export const actBy = (asker: Asker, incidentId: string, at: number, said: Record<string, unknown>) => ({
  ...fromOutside(said),
  incidentId,
  by: nameOf(asker),
  actor: actorOf(asker),
  timestamp: new Date(at).toISOString(),
  eventId: idFor('evt', asker, THE_EVENT),
});

/**
 * Appends to an incident that a person acts, and resolves to when; not `ok` where `expect` did not hold. Of a request
 * that is sent again the first event counts, and its time.
 */
export const appendAct = async (
  { log, now }: { log: EventLog; now: () => number },
  asker: Asker,
  incidentId: string,
  method: string,
  said: Record<string, unknown>,
  expect?: { key: string; seq: number },
): Promise<{ ok: boolean; at: string }> => {
  const before = await leftBefore(log, asker, incidentId);
  if (before !== undefined) return { ok: true, at: String(readParams(before).timestamp) };
  const event = actBy(asker, incidentId, now(), said);
  const stored = await log.append({
    tenantId: asker.tenantId,
    stream: incidentId,
    events: [toNewEvent(method, event, expect?.key)],
    ...(expect === undefined ? {} : { expect }),
  });
  return { ok: stored.ok, at: event.timestamp };
};
