import type { StreamName } from '../event-log.ts';

export type Names = ReturnType<typeof namesOf>;

/** One token of a subject: any text, in letters that NATS allows and a person can read. */
const token = (text: string): string =>
  text === '' ? '%' : encodeURIComponent(text).replace(/[.*]/g, (char) => (char === '.' ? '%2E' : '%2A'));

/** What everything of one system is called in NATS, so that several can share a cluster. */
export const namesOf = (namespace: string) => ({
  stream: `${namespace}-log`,
  bucket: `${namespace}-state`,
  /** Where nodes leave copies of the log for those that begin with none. */
  copies: `${namespace}-copies`,
  /** Where the records of incidents that have ended are kept. */
  archive: `${namespace}-archive`,
  subjects: [`${namespace}.log.>`, `${namespace}.part.>`, `${namespace}.probe`],
  /** The appends of one stream of the log. */
  log: ({ tenantId, stream }: StreamName): string => `${namespace}.log.${token(tenantId)}.${token(stream)}`,
  /** Pieces of an append that is larger than a message. */
  part: ({ tenantId, stream }: StreamName): string => `${namespace}.part.${token(tenantId)}.${token(stream)}`,
  /** Written to see whether the stream takes anything. */
  probe: `${namespace}.probe`,
  isLog: (subject: string): boolean => subject.startsWith(`${namespace}.log.`),
  /** What the nodes tell each other beside the log; nobody keeps it. */
  node: (topic: string): string => `${namespace}.node.${topic}`,
});
