/**
 * What the main thread and the two workers of the embedded log say to each other. Requests travel in batches, one
 * message a batch, and are answered by one message with the replies in the same order.
 */
import type { LoggedEvent, Page, ReadRange } from './event-log.ts';
import type { KnownHeads } from './known-heads.ts';
import type { Scanned, ScanStep } from './scanner.ts';

export type EventTuple = readonly [eventId: string, method: string, key: string, params: string];

export type AppendRequest = readonly [
  kind: 'append',
  tenantId: string,
  stream: string,
  events: readonly EventTuple[],
  expectKey: string | null,
  expectSeq: number,
];

/**
 * A message of a replicated log: its appends take effect together, at positions from `position` on. Fails where the
 * message applied before it was not `previousSeq`, so that none can be left out.
 */
export type ApplyRequest = readonly [
  kind: 'apply',
  seq: number,
  /** Tells this message from any other that could have its seq. */
  mark: string,
  previousSeq: number,
  position: number,
  appends: readonly AppendRequest[],
];

export type WriteRequest =
  | AppendRequest
  | ApplyRequest
  | readonly [
      kind: 'put',
      bucket: string,
      key: string,
      value: string,
      now: number,
      expiresAt: number | null,
      expect: 'absent' | number | null,
    ]
  | readonly [kind: 'take', bucket: string, key: string, now: number]
  | readonly [kind: 'delete', bucket: string, key: string]
  | readonly [kind: 'sweep', now: number];

export type AppendReply =
  /** A seq and a position an event; position 0 marks a duplicate. */
  readonly [kind: 'appended', seqsAndPositions: readonly number[]] | readonly [kind: 'refused', seq: number];

export type WriteReply =
  | AppendReply
  | readonly [kind: 'applied', replies: readonly AppendReply[]]
  | readonly [kind: 'put', revision: number | undefined]
  | EntryReply
  | readonly [kind: 'done'];

export type ReadRequest =
  | readonly [kind: 'read', range: ReadRange]
  | readonly [kind: 'head', tenantId: string, stream: string]
  | readonly [kind: 'scan', step: ScanStep]
  | readonly [kind: 'find', tenantId: string, eventId: string]
  | readonly [kind: 'applied']
  | readonly [kind: 'get', bucket: string, key: string, now: number];

export type ReadReply =
  | readonly [kind: 'page', page: Page]
  | readonly [kind: 'head', seq: number]
  | readonly [kind: 'scanned', scanned: Scanned]
  | readonly [kind: 'found', event: LoggedEvent | undefined]
  | readonly [kind: 'appliedTo', applied: Applied]
  | EntryReply;

type EntryReply = readonly [kind: 'entry', value: string | undefined, revision: number];

/** A request that failed by its own fault; the others of its batch are not affected. */
export type Failed = readonly [kind: 'failed', message: string];

/** `commitMs`: how long a writer's COMMIT took, which is the fsync and little else. */
export type BatchReply<Reply> = { replies: readonly (Reply | Failed)[]; commitMs?: number } | { unavailable: string };

export type WorkerSetup = {
  role: 'writer' | 'reader';
  path: string;
  /** A writer that follows a crashed one reports what was committed behind this position. */
  tailedTo: number | null;
  /** How far the logs of this directory are known to have come before this process. */
  known: KnownHeads;
  /** The database can be made anew from elsewhere, so that no commit has to wait for the disk. */
  isReplica: boolean;
};

/** The message of a replicated log that was applied last; seq 0 where there was none. */
export type Applied = { seq: number; mark: string };

export type Ready = { epoch: string; position: number; applied: Applied; missed: readonly LoggedEvent[] };

export type FromWorker<Reply> = { ready: Ready } | BatchReply<Reply>;

/** Narrows a reply to the kind that its request asks for. */
export const replyOf = <Reply extends readonly [string, ...unknown[]], Kind extends Reply[0]>(
  reply: Reply,
  kind: Kind,
): Extract<Reply, readonly [Kind, ...unknown[]]> => {
  const isOfKind = (one: Reply): one is Extract<Reply, readonly [Kind, ...unknown[]]> => one[0] === kind;
  if (!isOfKind(reply)) throw new TypeError(`The worker answered ${reply[0]} where ${kind} was asked.`);
  return reply;
};
