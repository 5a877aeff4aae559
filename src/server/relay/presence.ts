import { z } from 'zod';
import { encodeNotification } from '../../protocol/json-rpc.ts';
import type { Person } from '../auth/principal.ts';
import { BELIEVED_MS, type Neighbours, REPEAT_MS } from '../cluster/neighbours.ts';
import type { Sink } from './sink.ts';

/** Who watches is told at most this often. */
const EVERY_MS = 500;
/** More names than these nobody reads, and each of so many watchers would be sent all of them. */
const MAX_VIEWERS = 100;

type Watcher = { person: Person; sink: Pick<Sink, 'send' | 'isFull'>; reading: string | null; told: string };
type Viewer = z.output<typeof Viewers>[number];
type Topic = {
  /** The connections on which each person watches, by the id of the person, in the order in which people came. */
  people: Map<string, Set<Watcher>>;
  /** Who looks at it on other nodes. */
  elsewhere: Map<string, { viewers: readonly Viewer[]; at: number }>;
  timer: NodeJS.Timeout | null;
  flushedAt: number;
  repeating: NodeJS.Timeout;
};

const Viewers = z.array(z.object({ userId: z.string(), name: z.string(), reading: z.string().optional() }));
const News = z.object({ tenantId: z.string(), incidentId: z.string(), viewers: Viewers, isQuestion: z.boolean() });
const TOPIC = 'presence';

export type Presence = ReturnType<typeof createPresence>;

const nameOf = ({ name, email, userId }: Person): string => name || email || userId;

/** Asked with each who comes and goes, so that it must cost the same however many watch. */
const viewersOf = ({ people }: Topic): readonly Viewer[] => {
  const viewers: Viewer[] = [];
  for (const watchers of people.values()) {
    if (viewers.length === MAX_VIEWERS) break;
    let viewer: Viewer | undefined;
    for (const { person, reading } of watchers) {
      viewer ??= { userId: person.userId, name: nameOf(person) };
      if (reading !== null) viewer = { ...viewer, reading };
    }
    if (viewer !== undefined) viewers.push(viewer);
  }
  return viewers;
};

/** Of one who looks at it here and elsewhere, what is known here counts. */
const viewersOfAll = (topic: Topic): readonly Viewer[] => {
  const people = new Map<string, Viewer>();
  for (const viewer of [...topic.elsewhere.values()].flatMap(({ viewers }) => viewers)) {
    people.set(viewer.userId, viewer);
  }
  for (const viewer of viewersOf(topic)) people.set(viewer.userId, { ...people.get(viewer.userId), ...viewer });
  return [...people.values()].slice(0, MAX_VIEWERS);
};

/** Who of a tenant's people looks at which incident. Told to those who do and to the other nodes, in memory only. */
export const createPresence = (neighbours: Neighbours) => {
  const topics = new Map<string, Topic>();

  const frameOf = (incidentId: string, topic: Topic): string =>
    encodeNotification('presence.changed', { incidentId, viewers: viewersOfAll(topic) });

  const tell = (name: string, viewers: readonly Viewer[], isQuestion = false): void => {
    const [tenantId = '', ...rest] = name.split('/');
    neighbours.tell(TOPIC, { tenantId, incidentId: rest.join('/'), viewers, isQuestion });
  };

  neighbours.hear(TOPIC, (message, from) => {
    const { data } = News.safeParse(message);
    const name = `${data?.tenantId}/${data?.incidentId}`;
    const topic = topics.get(name);
    if (data === undefined || topic === undefined) return;
    if (data.viewers.length === 0) topic.elsewhere.delete(from);
    else topic.elsewhere.set(from, { viewers: data.viewers, at: performance.now() });
    if (data.isQuestion) tell(name, viewersOf(topic));
    schedule(data.incidentId, topic);
  });

  /** A node that has not been heard for a while is gone, and those who looked through it. */
  const repeat = (name: string, incidentId: string, topic: Topic): void => {
    tell(name, viewersOf(topic));
    for (const [from, { at }] of topic.elsewhere) {
      if (performance.now() - at <= BELIEVED_MS) continue;
      topic.elsewhere.delete(from);
      schedule(incidentId, topic);
    }
  };

  const open = (name: string, incidentId: string): Topic => {
    const topic: Topic = {
      people: new Map(),
      elsewhere: new Map(),
      timer: null,
      flushedAt: Number.NEGATIVE_INFINITY,
      repeating: setInterval(() => repeat(name, incidentId, topic), REPEAT_MS).unref(),
    };
    topics.set(name, topic);
    return topic;
  };

  const show = (incidentId: string, topic: Topic, watcher: Watcher, frame: string): void => {
    if (watcher.told === frame) return;
    // Who is far behind is told later, and then what holds by then.
    if (watcher.sink.isFull()) return schedule(incidentId, topic);
    watcher.told = frame;
    watcher.sink.send(frame);
  };

  const flush = (incidentId: string, topic: Topic): void => {
    topic.timer = null;
    topic.flushedAt = performance.now();
    const frame = frameOf(incidentId, topic);
    for (const watchers of topic.people.values()) {
      for (const watcher of watchers) show(incidentId, topic, watcher, frame);
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
      const known = topics.get(name);
      const topic = known ?? open(name, incidentId);
      const watcher: Watcher = { person, sink, reading: null, told: '' };
      const { userId } = person;
      const watchers = topic.people.get(userId) ?? new Set();
      topic.people.set(userId, watchers.add(watcher));
      tell(name, viewersOf(topic), known === undefined);
      schedule(incidentId, topic);
      return () => {
        if (!watchers.delete(watcher)) return;
        if (watchers.size === 0) topic.people.delete(userId);
        tell(name, viewersOf(topic));
        if (topic.people.size > 0) return schedule(incidentId, topic);
        if (topic.timer !== null) clearTimeout(topic.timer);
        clearInterval(topic.repeating);
        topics.delete(name);
      };
    },
    /** The person has this plan open, or none; false where they don't watch the incident on this connection. */
    focus(person: Person, incidentId: string, sink: Watcher['sink'], remediationId: string | null): boolean {
      const topic = topics.get(`${person.tenantId}/${incidentId}`);
      const watcher = [...(topic?.people.get(person.userId) ?? [])].find((known) => known.sink === sink);
      if (topic === undefined || watcher === undefined) return false;
      watcher.reading = remediationId;
      tell(`${person.tenantId}/${incidentId}`, viewersOf(topic));
      schedule(incidentId, topic);
      return true;
    },
  };
};
