import { setTimeout as wait } from 'node:timers/promises';
import { AUDITED_ACTIONS, AuditEntry } from '../../protocol/api-steering.ts';
import { derivedId } from '../incidents/derived-id.ts';
import type { EventLog, LoggedEvent } from '../log/event-log.ts';
import { scanPages } from '../log/scan-pages.ts';
import { streamPages } from '../log/stream-pages.ts';
import type { Keep } from '../log/until-kept.ts';
import { auditedOf, isAudited } from './audited.ts';
import { GENESIS, hashOf } from './chain.ts';

/** The stream of a tenant's chain; no incident id can be equal to it. */
const AUDIT_STREAM = '@audit';
const METHOD = 'audit.recorded';
const PAGE_EVENTS = 1_000;
const MAX_TRIES = 20;
/** A log may turn out to be away while somebody waits for it. */
const LOOK_EVERY_MS = 100;

/** The entry that the event with this id leaves. */
export const auditIdOf = (eventId: string): string => derivedId('aud', eventId, 'audit');

const readEntry = (event: LoggedEvent): AuditEntry | undefined => {
  const parsed: unknown = JSON.parse(event.params);
  const entry = typeof parsed === 'object' && parsed !== null && 'entry' in parsed ? parsed.entry : undefined;
  return AuditEntry.safeParse(entry).data;
};

export type Audit = ReturnType<typeof createAudit>;

/**
 * The record of who did what: one hash chain a tenant, each entry sealed over the one before it. Entries follow from
 * the log's events under ids made from theirs, so that a crash in between leaves none out and doubles none.
 */
export const createAudit = (log: EventLog, keep: Keep) => {
  let queue: Promise<unknown> = Promise.resolve();

  const last = async (tenantId: string): Promise<{ seq: number; hash: string }> => {
    const headSeq = await log.head({ tenantId, stream: AUDIT_STREAM });
    if (headSeq === 0) return { seq: 0, hash: GENESIS };
    const stream = { tenantId, stream: AUDIT_STREAM };
    const page = await log.read({ ...stream, beforeSeq: headSeq + 1, take: 'descending', limit: 1 });
    const newest = page.events[0];
    const entry = newest === undefined ? undefined : readEntry(newest);
    return { seq: newest?.seq ?? 0, hash: entry?.hash ?? GENESIS };
  };

  const seal = async (event: LoggedEvent): Promise<void> => {
    const { tenantId } = event;
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const previous = await last(tenantId);
      const { timestamp } = JSON.parse(event.params);
      const unsealed = {
        auditId: auditIdOf(event.eventId),
        timestamp: typeof timestamp === 'string' ? timestamp : new Date(0).toISOString(),
        ...auditedOf(event),
        previousHash: previous.hash,
      };
      const params = {
        eventId: derivedId('evt', event.eventId, 'audit'),
        position: event.position,
        entry: { ...unsealed, hash: hashOf(unsealed) },
      };
      const stored = await log.append({
        tenantId,
        stream: AUDIT_STREAM,
        events: [{ eventId: params.eventId, method: METHOD, key: 'chain', params: JSON.stringify(params) }],
        expect: { key: 'chain', seq: previous.seq },
      });
      if (stored.ok) return;
    }
    throw new Error('the audit chain could not be extended');
  };

  const consider = (event: LoggedEvent): void => {
    if (!isAudited(event)) return;
    queue = queue.then(() => keep(() => seal(event)));
  };

  /** Waits for what has come by now to be sealed, but not for a log that cannot be written: reading goes on. */
  const sealed = async (): Promise<void> => {
    let isSealed = false;
    const all = queue.then(() => {
      isSealed = true;
    });
    while (!isSealed && log.health() === 'healthy') {
      await Promise.race([all, wait(LOOK_EVERY_MS, undefined, { ref: false })]);
    }
  };

  const entries = async (tenantId: string): Promise<readonly AuditEntry[]> => {
    await sealed();
    const all: AuditEntry[] = [];
    for await (const page of streamPages(log, { tenantId, stream: AUDIT_STREAM }))
      all.push(...page.flatMap((event) => readEntry(event) ?? []));
    return all;
  };

  return {
    consider,
    entries,
    /** Puts on record what a crash left out: everything after the newest event that has an entry. */
    async catchUp(): Promise<void> {
      let newest = 0;
      for await (const page of scanPages(log, { limit: PAGE_EVENTS, methods: [METHOD] })) {
        for (const event of page) {
          // In another stream it was put there by somebody else.
          if (event.stream !== AUDIT_STREAM) continue;
          const { position } = JSON.parse(event.params);
          if (typeof position === 'number') newest = Math.max(newest, position);
        }
      }
      const later = { afterPosition: newest, limit: PAGE_EVENTS, methods: AUDITED_ACTIONS };
      for await (const page of scanPages(log, later)) for (const event of page) consider(event);
    },
    idle: (): Promise<unknown> => queue,
  };
};
