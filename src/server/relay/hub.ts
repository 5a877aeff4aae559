import { encodeEvent } from '../../protocol/json-rpc.ts';
import { type EventLog, type LoggedEvent, type StreamName, TENANT_STREAM } from '../log/event-log.ts';
import { type SharedFrames, shareFrames } from './frames.ts';
import { createPages, type SharedPage } from './pages.ts';

/** Only a seq that counts within one incident is a client's to know. */
export const frameOf = ({ method, stream, seq, params }: LoggedEvent): string =>
  stream === TENANT_STREAM
    ? `{"jsonrpc":"2.0","method":${JSON.stringify(method)},"params":${params}}`
    : encodeEvent(method, seq, params);

/** An event with its frame, encoded once for all who receive it. */
export type Encoded = { event: LoggedEvent; text: string };

/** `frames` are those of the whole batch. */
export type TopicListener = (batch: readonly Encoded[], frames: SharedFrames) => void;

type PageReader = (afterSeq: number, maxBytes: number) => Promise<SharedPage>;
type Topic = { listeners: Set<TopicListener>; headSeq: number; page: PageReader };

/** `headSeq` is the newest seq that passed by since; 0 before the first. `page` reads what was before. */
export type Joined = { headSeq(): number; page: PageReader; leave(): void };

export type Hub = ReturnType<typeof createHub>;

const nameOf = ({ tenantId, stream }: StreamName): string => `${tenantId}/${stream}`;

const groupBy = (events: readonly LoggedEvent[], key: (event: LoggedEvent) => string): Map<string, LoggedEvent[]> => {
  const groups = new Map<string, LoggedEvent[]>();
  for (const event of events) {
    const group = groups.get(key(event));
    if (group === undefined) groups.set(key(event), [event]);
    else group.push(event);
  }
  return groups;
};

/** Hands what the log's one feed brings to those who listen, by stream or by tenant. */
export const createHub = (log: EventLog) => {
  const topics = new Map<string, Topic>();
  const pages = createPages(log);
  const tenants = new Map<string, Set<TopicListener>>();

  const end = log.tail((events) => {
    const encoded = new Map<LoggedEvent, Encoded>();
    const encode = (event: LoggedEvent): Encoded => {
      const known = encoded.get(event);
      if (known !== undefined) return known;
      const made = { event, text: frameOf(event) };
      encoded.set(event, made);
      return made;
    };
    for (const [name, group] of groupBy(events, nameOf)) {
      const topic = topics.get(name);
      if (topic === undefined) continue;
      topic.headSeq = group.at(-1)?.seq ?? topic.headSeq;
      const batch = group.map(encode);
      const frames = shareFrames(() => batch.map(({ text }) => text));
      for (const listener of topic.listeners) listener(batch, frames);
    }
    for (const [tenantId, group] of groupBy(events, (event) => event.tenantId)) {
      const listeners = tenants.get(tenantId);
      if (listeners === undefined) continue;
      const batch = group.map(encode);
      const frames = shareFrames(() => batch.map(({ text }) => text));
      for (const listener of listeners) listener(batch, frames);
    }
  });

  const open = (stream: StreamName): Topic => {
    const page = pages.watch(stream, () => topic.headSeq);
    const topic: Topic = { listeners: new Set(), headSeq: 0, page };
    return topic;
  };

  return {
    /** Listens to one stream. */
    join(stream: StreamName, listener: TopicListener): Joined {
      const name = nameOf(stream);
      const topic = topics.get(name) ?? open(stream);
      topics.set(name, topic);
      topic.listeners.add(listener);
      return {
        headSeq: () => topic.headSeq,
        page: topic.page,
        leave: () => {
          topic.listeners.delete(listener);
          if (topic.listeners.size === 0) topics.delete(name);
        },
      };
    },
    joinTenant(tenantId: string, listener: TopicListener): () => void {
      const listeners = tenants.get(tenantId) ?? new Set<TopicListener>();
      tenants.set(tenantId, listeners);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) tenants.delete(tenantId);
      };
    },
    close: end,
  };
};
