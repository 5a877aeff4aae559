import { mkdir } from 'node:fs/promises';
import { type JetStreamManager, jetstream, jetstreamManager, PubHeaders } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ulid } from 'ulid';
import type { Archive } from '../../cluster/archive.ts';
import type { Neighbours } from '../../cluster/neighbours.ts';
import { createMeters, type Meters, observe } from '../../metrics/meters.ts';
import { lockDataDir } from '../data-dir-lock.ts';
import { type AppendResult, type EventLog, LogUnavailable } from '../event-log.ts';
import { createReads, toRequest, toResult } from '../local-reads.ts';
import type { StateStore } from '../state-store.ts';
import type { Applied } from '../wire.ts';
import { connectNats, type NatsAddress } from './connection.ts';
import { type Copies, openCopies } from './copies.ts';
import { keepCopies } from './copy-keeper.ts';
import { Follower } from './follower.ts';
import { openKvState } from './kv-state.ts';
import { DEFAULT_MAX_PAYLOAD, POSITIONS } from './message.ts';
import { type Names, namesOf } from './names.ts';
import { natsNeighbours } from './neighbours.ts';
import { openObjectArchive } from './object-archive.ts';
import { Outcomes } from './outcomes.ts';
import { coalesce, patiently, withDeadline } from './promises.ts';
import { Publisher } from './publisher.ts';
import { openReplica, type Replica } from './replica.ts';
import { type LogStream, openStream, renewEpoch } from './stream.ts';

const PROBE_EVERY_MS = 1_000;
const KNOWN_WITHIN_MS = 5_000;
/** A start gives up where JetStream has not answered by then. */
const READY_WITHIN_MS = 15_000;
/** While the cluster elects whoever makes consumers, what is asked of it is lost: better asked again soon. */
const FOLLOW_WITHIN_MS = 1_500;
const LOST = 'The log in JetStream is not the one that this node has followed.';

/** The log is not followed at the moment, or a copy of it could not be used or left. */
export type Trouble = 'following' | 'copying';

export type JetStreamOptions = {
  nats: NatsAddress;
  /** Begins the names of all streams and subjects. */
  namespace: string;
  /** How many brokers keep each message: 1, or 3 in a cluster. */
  replicas: number;
  /** What the stream may take up on a broker's disk; -1 for no bound. */
  maxBytes: number;
  /** A copy of the log is left for new nodes after so many messages; 0 for none. */
  copyEvery: number;
  /** The records of incidents that have ended are kept in the object store too. */
  hasArchive?: boolean;
  /** Of a log that goes on here; used when the stream is made. */
  epoch?: string;
  /** Where this node keeps its copy; held for this process alone. */
  dataDir: string;
  now?: () => number;
  meters?: Meters;
  /** Something failed that is tried again, or done without. */
  onTrouble?: (error: unknown, what: Trouble) => void;
  /** The stream was lost or set back: this process can only begin anew. */
  onLost?: () => void;
};

export type JetStreamSystem = {
  log: EventLog;
  state: StateStore;
  neighbours: Neighbours;
  /** null where none is wanted. */
  archive: Archive | null;
  close(): Promise<void>;
};

/** Whether a copy is of the stream as it is now: not ahead of it, and with the same message at its end. */
const isOfStream = async (jsm: JetStreamManager, names: Names, lastSeq: number, applied: Applied): Promise<boolean> => {
  if (applied.seq === 0) return true;
  if (applied.seq > lastSeq) return false;
  const message = await jsm.streams.getMessage(names.stream, { seq: applied.seq });
  // One that was taken out on purpose is no sign of anything.
  return message === null || message.header.get(PubHeaders.MsgIdHdr) === applied.mark;
};

/**
 * Opens the log and the state store in JetStream. Every node applies the stream's messages in its order to a copy of its
 * own, which answers all reads; an append is decided by its place in the stream, and so alike on every node. Resolves
 * once the copy has everything that was there at the start.
 */
export const openJetStream = async (options: JetStreamOptions): Promise<JetStreamSystem> => {
  const {
    dataDir,
    replicas,
    copyEvery,
    now = Date.now,
    meters = createMeters(),
    onTrouble = () => undefined,
  } = options;
  const names = namesOf(options.namespace);
  const nodeId = ulid();
  /** Copies only spare others time: what goes wrong with them is told, and stops nothing. */
  const onNoCopy = (error: unknown): undefined => void onTrouble(error, 'copying');
  const undo: (() => Promise<unknown>)[] = [];
  const release = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    undo.push(await lockDataDir(dataDir));
    const connection = await connectNats(options.nats);
    undo.push(() => connection.close());
    const jsm = await patiently(() => jetstreamManager(connection), READY_WITHIN_MS);
    const js = jetstream(connection);
    const stream = await patiently(() => openStream(jsm, names, options), READY_WITHIN_MS);
    const copies = copyEvery === 0 ? undefined : await openCopies(js, names.copies, replicas).catch(onNoCopy);
    const { replica, epoch } = await openCurrent({ options, jsm, names, stream, copies, meters, onNoCopy });
    undo.push(replica.close);
    const { state, close: closeState } = await patiently(
      () => openKvState(js, names.bucket, { replicas, now }),
      READY_WITHIN_MS,
    );
    undo.push(async () => closeState());
    const outcomes = new Outcomes();
    const onLost = (): void => {
      outcomes.giveUpAll(LOST);
      options.onLost?.();
    };
    const onNotFollowed = (error: unknown): void => onTrouble(error, 'following');
    const follower = new Follower({
      js: jetstream(connection, { timeout: FOLLOW_WITHIN_MS }),
      jsm: await jetstreamManager(connection, { timeout: FOLLOW_WITHIN_MS, checkAPI: false }),
      names,
      epoch,
      replica,
      outcomes,
      onLost,
      onTrouble: onNotFollowed,
    });
    undo.push(() => follower.stop());
    const isConnected = watchConnection(connection, () => follower.beginAnew());
    const maxPayload = (): number => connection.info?.max_payload ?? DEFAULT_MAX_PAYLOAD;
    const publisher = new Publisher({
      js,
      names,
      outcomes,
      nodeId,
      maxPayload,
      onStored: (id, seq) => (outcomes.isOpen(id) && seq <= follower.appliedSeq ? onLost() : follower.expect(seq)),
    });
    follower.start(replica.applied);
    await follower.reached(stream.lastSeq);
    if (copies !== undefined) {
      const { path } = replica;
      const appliedSeq = (): number => follower.appliedSeq;
      undo.push(keepCopies({ copies, state, epoch, path, every: copyEvery, appliedSeq, onTrouble: onNoCopy }));
    }
    const archive = options.hasArchive ? await openObjectArchive(js, names.archive, replicas) : null;
    const log = createLog({ epoch, replica, publisher, follower, jsm, names, isConnected, meters, release });
    return { log, state, neighbours: natsNeighbours(connection, names, nodeId), archive, close: log.close };
  } catch (error) {
    await release();
    throw error;
  }
};

/**
 * This node's copy, of the stream as it is now. Where it lacks much, one that another node has left takes its place;
 * where that cannot be had, the log itself is read, which only takes longer.
 */
const openCurrent = async (deps: {
  options: JetStreamOptions;
  jsm: JetStreamManager;
  names: Names;
  stream: LogStream;
  copies: Copies | undefined;
  meters: Meters;
  onNoCopy: (error: unknown) => undefined;
}): Promise<{ replica: Replica; epoch: string }> => {
  const { jsm, names, stream, copies, meters, onNoCopy } = deps;
  const { dataDir, namespace, copyEvery } = deps.options;
  const open = (epoch: string): Promise<Replica> => openReplica({ dataDir, name: namespace, epoch, meters });
  let replica = await open(stream.epoch);
  const left = await copies?.find(stream.epoch).catch(onNoCopy);
  if (left !== undefined && left.seq - replica.applied.seq >= copyEvery) {
    await replica.close();
    await left.fetch(replica.path).catch(onNoCopy);
    replica = await open(stream.epoch);
  }
  if (await isOfStream(jsm, names, stream.lastSeq, replica.applied)) return { replica, epoch: stream.epoch };
  await replica.close();
  const epoch = await renewEpoch(jsm, names);
  return { replica: await open(epoch), epoch };
};

/** Whether there is a connection at the moment; each one that is made again is told. */
const watchConnection = (connection: NatsConnection, onReconnect: () => void): (() => boolean) => {
  let isConnected = true;
  const watch = async (): Promise<void> => {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect' || type === 'close') isConnected = false;
      if (type !== 'reconnect') continue;
      isConnected = true;
      onReconnect();
    }
  };
  void watch();
  return () => isConnected;
};

const createLog = (deps: {
  epoch: string;
  replica: Replica;
  publisher: Publisher;
  follower: Follower;
  jsm: JetStreamManager;
  names: Names;
  isConnected: () => boolean;
  meters: Meters;
  release: () => Promise<void>;
}): EventLog => {
  const { epoch, replica, publisher, follower, jsm, names, isConnected, meters } = deps;
  const underWay = new Set<Promise<unknown>>();
  let closed: Promise<void> | undefined;

  // Whether the stream takes writes again is found out by writing.
  const probes = setInterval(() => {
    if (isConnected() && !publisher.isHealthy) publisher.probe().catch(() => undefined);
  }, PROBE_EVERY_MS).unref();

  const catchUp = coalesce(async () => {
    const { state } = await jsm.streams.info(names.stream).catch((error: unknown) => {
      throw new LogUnavailable(error instanceof Error ? error.message : String(error));
    });
    await withDeadline(follower.reached(state.last_seq), KNOWN_WITHIN_MS);
  });

  const close = async (): Promise<void> => {
    clearInterval(probes);
    await Promise.allSettled(underWay);
    await deps.release();
  };

  return {
    epoch,
    ...createReads(replica.reader),

    async append(append): Promise<AppendResult> {
      if (closed) throw new LogUnavailable('The log is closed.');
      if (append.events.length > POSITIONS) throw new TypeError(`An append holds at most ${POSITIONS} events.`);
      const request = toRequest(append);
      if (append.events.length === 0 && append.expect === undefined) return { ok: true, appended: [] };
      const begunAt = performance.now();
      const reply = publisher.append(request);
      underWay.add(reply);
      try {
        return toResult(append.events, await reply);
      } finally {
        underWay.delete(reply);
        observe(meters.appendSeconds, (performance.now() - begunAt) / 1_000);
      }
    },

    caughtUp: () => (closed ? Promise.reject(new LogUnavailable('The log is closed.')) : catchUp()),
    tail: (listener) => replica.feed.tail(listener),
    health: () =>
      closed === undefined && isConnected() && publisher.isHealthy && replica.available() && follower.isFollowing
        ? 'healthy'
        : 'unavailable',
    close: () => {
      closed ??= close();
      return closed;
    },
  };
};
