import { isOver } from '../../protocol/values.ts';
import type { Archive } from '../cluster/archive.ts';
import type { EventLog, LoggedEvent } from '../log/event-log.ts';
import { withLease } from '../log/lease.ts';
import type { StateStore } from '../log/state-store.ts';
import { recordOf } from './record-text.ts';
import type { IncidentRecord, Records } from './records.ts';
import { incidentOf } from './stored-event.ts';

/** What follows on an incident's end within this is in the same record. */
const LOOK_EVERY_MS = 2_000;
/** A node that ends in the middle keeps the others from the record for so long. */
const LEASE_MS = 60_000;
const BUCKET = 'archive';

type Of = Pick<IncidentRecord, 'tenantId' | 'incidentId'>;

/** The same parts, up to the end of the keeper. */
async function* untilEnded(parts: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<string> {
  for await (const part of parts) {
    signal.throwIfAborted();
    yield part;
  }
}

type KeeperDeps = {
  archive: Archive;
  log: EventLog;
  state: StateStore;
  records: Records;
  onTrouble: (error: unknown) => void;
};

/**
 * Sees to it that the record of each incident that has ended is in the archive as it is now. Every node looks, and one
 * of them writes it. What could not be written is tried again; at the end the rest is left to the next start.
 */
export const keepArchive = ({ archive, log, state, records, onTrouble }: KeeperDeps) => {
  const ending = new AbortController();
  const { signal } = ending;
  const waiting = new Map<string, Of>();
  const add = ({ tenantId, incidentId }: Of): void =>
    void waiting.set(`${tenantId}/${incidentId}.jsonl`, { tenantId, incidentId });
  for (const record of records.all()) if (isOver(record.status)) add(record);
  let underWay: Promise<void> | undefined;

  /** Whether the archive has it. */
  const put = async (name: string, { tenantId, incidentId }: Of): Promise<boolean> => {
    const record = records.incident(tenantId, incidentId);
    if (record === undefined || !isOver(record.status)) return true;
    const version = `${await log.head({ tenantId, stream: incidentId })} ${record.status}`;
    if ((await archive.version(name)) === version) return true;
    return withLease(state, { bucket: BUCKET, key: name, ttlMs: LEASE_MS }, async () =>
      archive.keep(name, version, untilEnded(recordOf(log, record), signal)),
    );
  };

  const look = async (): Promise<void> => {
    const due = [...waiting];
    waiting.clear();
    for (const [name, of] of due) {
      if (signal.aborted) return;
      const isKept = await put(name, of).catch((error: unknown) => {
        if (!signal.aborted) onTrouble(error);
        return false;
      });
      if (!isKept) add(of);
    }
  };

  const timer = setInterval(() => {
    if (waiting.size === 0) return;
    underWay ??= look().finally(() => {
      underWay = undefined;
    });
  }, LOOK_EVERY_MS).unref();

  return {
    /** To be called with every event after the records have it. */
    consider(event: LoggedEvent): void {
      const record = records.incident(event.tenantId, incidentOf(event));
      if (record !== undefined && isOver(record.status)) add(record);
    },
    async close(): Promise<void> {
      clearInterval(timer);
      ending.abort();
      await underWay;
    },
  };
};
