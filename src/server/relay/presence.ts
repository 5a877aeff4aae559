import { encodeNotification } from '../../protocol/json-rpc.ts';
import type { Person } from '../auth/principal.ts';
import type { Sink } from './sink.ts';

/** Who watches is told at most this often. */
const EVERY_MS = 500;
/** More names than these nobody reads, and each of so many watchers would be sent all of them. */
const MAX_VIEWERS = 100;

type Watcher = { person: Person; sink: Pick<Sink, 'send' | 'isFull'>; reading: string | null; told: string };
type Topic = { watchers: Set<Watcher>; timer: NodeJS.Timeout | null; flushedAt: number };

export type Presence = ReturnType<typeof createPresence>;

const nameOf = ({ name, email, userId }: Person): string => name || email || userId;

/** Who of a tenant's people looks at which incident. Told to those who do, in memory only. */
export const createPresence = () => {
  const topics = new Map<string, Topic>();

  const frameOf = (incidentId: string, { watchers }: Topic): string => {
    const people = new Map<string, { userId: string; name: string; reading?: string }>();
    for (const { person, reading } of watchers) {
      const known = people.get(person.userId) ?? { userId: person.userId, name: nameOf(person) };
      people.set(person.userId, reading === null ? known : { ...known, reading });
    }
    const viewers = [...people.values()].slice(0, MAX_VIEWERS);
    return encodeNotification('presence.changed', { incidentId, viewers });
  };

  const flush = (incidentId: string, topic: Topic): void => {
    topic.timer = null;
    topic.flushedAt = performance.now();
    const frame = frameOf(incidentId, topic);
    for (const watcher of topic.watchers) {
      if (watcher.told === frame) continue;
      // Who is far behind is told later, and then what holds by then.
      if (watcher.sink.isFull()) schedule(incidentId, topic);
      else {
        watcher.told = frame;
        watcher.sink.send(frame);
      }
    }
  };

  const schedule = (incidentId: string, topic: Topic): void => {
    const dueMs = Math.max(0, topic.flushedAt + EVERY_MS - performance.now());
    topic.timer ??= setTimeout(() => flush(incidentId, topic), dueMs).unref();
  };

  return {
    /** Counts the person in until the returned function is called; they are told at once who else is there. */
    watch(person: Person, incidentId: string, sink: Watcher['sink']): () => void {
      const name = `${person.tenantId}/${incidentId}`;
      const topic = topics.get(name) ?? { watchers: new Set(), timer: null, flushedAt: Number.NEGATIVE_INFINITY };
      topics.set(name, topic);
      const watcher: Watcher = { person, sink, reading: null, told: '' };
      topic.watchers.add(watcher);
      schedule(incidentId, topic);
      return () => {
        topic.watchers.delete(watcher);
        if (topic.watchers.size > 0) return schedule(incidentId, topic);
        if (topic.timer !== null) clearTimeout(topic.timer);
        topics.delete(name);
      };
    },
    /** The person has this plan open, or none; false where they don't watch the incident on this connection. */
    focus(person: Person, incidentId: string, sink: Watcher['sink'], remediationId: string | null): boolean {
      const topic = topics.get(`${person.tenantId}/${incidentId}`);
      const watcher = [...(topic?.watchers ?? [])].find((known) => known.sink === sink);
      if (topic === undefined || watcher === undefined) return false;
      watcher.reading = remediationId;
      schedule(incidentId, topic);
      return true;
    },
  };
};
