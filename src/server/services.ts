import type { Logger } from 'pino';
import { createAudit } from './audit/audit.ts';
import { createRefusals } from './audit/refusals.ts';
import type { Archive } from './cluster/archive.ts';
import { keepArchive } from './incidents/archive-keeper.ts';
import { createAutomated } from './incidents/automated.ts';
import { createConsequences } from './incidents/consequences.ts';
import { createDecisionRoom } from './incidents/decision-room.ts';
import { createDecisions } from './incidents/decisions.ts';
import { createDispatches } from './incidents/dispatches.ts';
import { createInvestigations } from './incidents/investigations.ts';
import { createPlanEvents } from './incidents/plan-events.ts';
import { createPublisher } from './incidents/publisher.ts';
import { createRecords } from './incidents/records.ts';
import { isImported } from './incidents/stored-event.ts';
import type { EventLog, LoggedEvent } from './log/event-log.ts';
import type { StateStore } from './log/state-store.ts';
import { type Keep, untilKept } from './log/until-kept.ts';
import { createHub } from './relay/hub.ts';

/** How often plans that nobody decided on are looked for. */
const EXPIRY_EVERY_MS = 1_000;
/** After a day without a server there may be thousands, and each is looked at with its whole incident. */
const EXPIRING_AT_ONCE = 50;

export type Services = Awaited<ReturnType<typeof createServices>>;

/** Everything that stands on the log: the projections, rebuilt before this resolves, and what acts on them. */
export const createServices = async (deps: {
  log: EventLog;
  state: StateStore;
  /** null where incidents that have ended are kept in the log alone. */
  archive: Archive | null;
  logger: Logger;
  now: () => number;
}) => {
  const { log, state, logger, now } = deps;
  const ending = new AbortController();
  const keeping =
    (trouble: string): Keep =>
    (work) =>
      untilKept(work, { signal: ending.signal, onFailure: (error) => logger.error({ err: error }, trouble) });
  const records = createRecords();
  const investigations = createInvestigations(log, state, (error) =>
    logger.error({ err: error }, 'a snapshot of an investigation was not kept'),
  );
  const consequences = createConsequences(log, records, keeping('what follows from an event was not kept'));
  const dispatches = createDispatches({ log, now });
  const planEvents = createPlanEvents({ log, records, investigations, now });
  const decisions = createDecisions(planEvents);
  const decisionRoom = createDecisionRoom(planEvents);
  const publisher = createPublisher({ log, records, investigations, now });

  const audit = createAudit(log, keeping('an audit entry was not kept'));

  const refusals = createRefusals(log, now, (error) => logger.error({ err: error }, 'a refusal was not put on record'));

  const automated = createAutomated(dispatches, records, keeping('an investigation was not dispatched'));

  /** What other nodes, or what follows from the past, bring while the log is read: null once that is over. */
  let meanwhile: LoggedEvent[] | null = [];
  const endTail = log.tail((events) => {
    if (meanwhile === null) take(events);
    else meanwhile.push(...events);
  });
  const readTo = await records.rebuild(log, (event) => {
    if (isImported(event)) return;
    consequences.consider(event);
    automated.consider(event);
  });
  await audit.catchUp();
  const archive =
    deps.archive &&
    keepArchive({
      archive: deps.archive,
      log,
      state,
      records,
      onTrouble: (error) => logger.error({ err: error }, 'the record of an incident was not archived, and will be'),
    });
  const take = (events: readonly LoggedEvent[]): void => {
    investigations.consider(events);
    for (const event of events) {
      records.apply(event);
      audit.consider(event);
      archive?.consider(event);
      if (isImported(event)) continue;
      consequences.consider(event);
      automated.consider(event);
    }
  };
  const unread = meanwhile.filter(({ position }) => position > readTo);
  meanwhile = null;
  take(unread);
  // Not before what came meanwhile is known: what follows depends on it.
  consequences.rebuilt();
  automated.rebuilt();
  /** After the projections, so that whoever hears an event finds it in them. */
  const hub = createHub(log);

  const expiring = new Set<string>();
  const expiry = setInterval(() => {
    for (const { tenantId, remediationId, objectors, expiresAt } of records.pending()) {
      if (expiring.size === EXPIRING_AT_ONCE) return;
      const name = `${tenantId}/${remediationId}`;
      if (objectors.length > 0 || expiresAt === null || Date.parse(expiresAt) > now() || expiring.has(name)) continue;
      expiring.add(name);
      decisions
        .expire(tenantId, remediationId)
        .catch((error: unknown) => logger.error({ err: error }, 'a plan did not expire'))
        .finally(() => expiring.delete(name));
    }
  }, EXPIRY_EVERY_MS);
  expiry.unref();

  return {
    records,
    investigations,
    dispatches,
    decisions,
    decisionRoom,
    publisher,
    audit,
    refusals,
    hub,
    async close(): Promise<void> {
      ending.abort();
      await archive?.close();
      clearInterval(expiry);
      endTail();
      investigations.close();
      hub.close();
    },
  };
};
