import { newId } from '../../protocol/ids.ts';
import type { RpcParams } from '../../protocol/json-rpc.ts';

export type StoredEvent = { method: string; incidentId: string; params: RpcParams };

/** The fake relay's memory: streams by incident with de-duplication by eventId, and a way to wait for what comes. */
export const createFakeStore = () => {
  const streams = new Map<string, StoredEvent[]>();
  const opened: RpcParams[] = [];
  const waiters = new Set<() => void>();
  let epoch = newId('evt');

  const wake = (): void => {
    for (const check of [...waiters]) check();
  };

  const streamOf = (incidentId: string): StoredEvent[] => {
    const known = streams.get(incidentId) ?? [];
    streams.set(incidentId, known);
    return known;
  };

  return {
    epoch: () => epoch,
    /** As after the log itself was lost. */
    reset: () => {
      streams.clear();
      epoch = newId('evt');
    },
    events: (incidentId: string): readonly StoredEvent[] => streamOf(incidentId),
    incidents: (): readonly RpcParams[] => opened,
    /** Investigations nobody has said a word about yet. */
    pending: () =>
      opened
        .filter(({ incidentId }) => streamOf(String(incidentId)).length === 0)
        .map(({ incidentId, title, description, severity, eventId }) => ({
          eventId: `${String(eventId)}-dispatch`,
          incidentId,
          title,
          description: description ?? '',
          severity: severity ?? 'medium',
        })),
    append: (method: string, given: RpcParams): { event: StoredEvent; isNew: boolean } => {
      const incidentId = String(given.incidentId);
      const stream = streamOf(incidentId);
      const known = stream.find(({ params }) => params.eventId === given.eventId);
      if (known !== undefined) return { event: known, isNew: false };
      const stamp = { eventId: newId('evt'), timestamp: new Date().toISOString() };
      const event = { method, incidentId, params: { ...stamp, ...given, seq: stream.length + 1 } };
      stream.push(event);
      queueMicrotask(wake);
      return { event, isNew: true };
    },
    open: (given: RpcParams): { eventId: string; seq: number; incidentId: string } => {
      const eventId = String(given.eventId);
      let index = opened.findIndex((incident) => incident.eventId === eventId);
      if (index === -1) index = opened.push({ incidentId: newId('inc'), ...given }) - 1;
      queueMicrotask(wake);
      return { eventId, seq: index + 1, incidentId: String(opened[index]?.incidentId) };
    },
    /** Resolves as soon as `read` finds something, looked at now and after everything that is stored. */
    until: <T>(read: () => T | undefined): Promise<T> =>
      new Promise((resolve) => {
        const check = (): void => {
          const found = read();
          if (found === undefined) return;
          waiters.delete(check);
          resolve(found);
        };
        waiters.add(check);
        check();
      }),
  };
};
