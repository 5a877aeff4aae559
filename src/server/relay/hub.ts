import { encodeEvent } from '../../protocol/json-rpc.ts';
import { type EventLog, type LoggedEvent, type StreamName, TENANT_STREAM } from '../log/event-log.ts';

/** Only a seq that counts within one incident is a client's to know. */
export const frameOf = ({ method, stream, seq, params }: LoggedEvent): string =>
  stream === TENANT_STREAM
    ? `{"jsonrpc":"2.0","method":${JSON.stringify(method)},"params":${params}}`
    : encodeEvent(method, seq, params);

/** An event with its frame, encoded once for all who receive it. */
export type Encoded = { event: LoggedEvent; text: string };

export type TopicListener = (batch: readonly Encoded[]) => void;

type Topic = { listeners: Set<TopicListener>; headSeq: number };

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

/** Hands what the log's one feed brings to those who listen, by stream or by tenant. It holds no events itself. */
export const createHub = (log: EventLog) => {
  const topics = new Map<string, Topic>();
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
      for (const listener of topic.listeners) listener(batch);
    }
    for (const [tenantId, group] of groupBy(events, (event) => event.tenantId)) {
      const listeners = tenants.get(tenantId);
      if (listeners === undefined) continue;
      const batch = group.map(encode);
      for (const listener of listeners) listener(batch);
    }
  });

  return {
    /** Listens to one stream. `headSeq` is the newest seq that passed by since; 0 before the first. */
    join(stream: StreamName, listener: TopicListener): { headSeq(): number; leave(): void } {
      const name = nameOf(stream);
      const topic = topics.get(name) ?? { listeners: new Set<TopicListener>(), headSeq: 0 };
      topics.set(name, topic);
      topic.listeners.add(listener);
      return {
        headSeq: () => topic.headSeq,
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
