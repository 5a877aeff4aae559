import type { Logger } from 'pino';
import { createAudit } from './audit/audit.ts';
import { createRefusals } from './audit/refusals.ts';
import type { Archive } from './cluster/archive.ts';
import { keepArchive } from './incidents/archive-keeper.ts';
import { createConsequences } from './incidents/consequences.ts';
import { createDecisionRoom } from './incidents/decision-room.ts';
import { createDecisions } from './incidents/decisions.ts';
import { createDispatches } from './incidents/dispatches.ts';
import { createInvestigations } from './incidents/investigations.ts';
import { createPlanEvents } from './incidents/plan-events.ts';
import { createPublisher } from './incidents/publisher.ts';
import { createRecords } from './incidents/records.ts';
import { incidentOf, isImported } from './incidents/stored-event.ts';
import { type EventLog, type LoggedEvent, TENANT_STREAM } from './log/event-log.ts';
import type { StateStore } from './log/state-store.ts';
import { createHub } from './relay/hub.ts';

/** How often plans that nobody decided on are looked for. */
const EXPIRY_EVERY_MS = 1_000;

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
  const records = createRecords();
  const investigations = createInvestigations(log, state, (error) =>
    logger.error({ err: error }, 'a snapshot of an investigation was not kept'),
  );
  const consequences = createConsequences(log, records, (error) =>
    logger.error({ err: error }, 'what follows from an event was not kept'),
  );
  const dispatches = createDispatches({ log, now });
  const planEvents = createPlanEvents({ log, records, investigations, now });
  const decisions = createDecisions(planEvents);
  const decisionRoom = createDecisionRoom(planEvents);
  const publisher = createPublisher({ log, records, investigations, now });

  const audit = createAudit(log, (error) => logger.error({ err: error }, 'an audit entry was not kept'));

  const refusals = createRefusals(log, now, (error) => logger.error({ err: error }, 'a refusal was not put on record'));

  /** What a monitor opened is investigated at once; what a person opened waits for them to say so. */
  const dispatchAutomated = (event: LoggedEvent): void => {
    if (event.stream !== TENANT_STREAM || event.method !== 'incident.created') return;
    const record = records.incident(event.tenantId, incidentOf(event));
    if (record?.source !== 'automated') return;
    dispatches
      .dispatch(record, event.eventId)
      .catch((error: unknown) => logger.error({ err: error }, 'an investigation was not dispatched'));
  };

  await records.rebuild(log, (event) => {
    if (!isImported(event)) consequences.consider(event);
  });
  consequences.rebuilt();
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
  const endTail = log.tail((events) => {
    investigations.consider(events);
    for (const event of events) {
      records.apply(event);
      audit.consider(event);
      archive?.consider(event);
      if (isImported(event)) continue;
      consequences.consider(event);
      dispatchAutomated(event);
    }
  });
  /** After the projections, so that whoever hears an event finds it in them. */
  const hub = createHub(log);

  const expiry = setInterval(() => {
    for (const plan of records.pending()) {
      if (plan.objectors.length > 0 || plan.expiresAt === null || Date.parse(plan.expiresAt) > now()) continue;
      decisions
        .expire(plan.tenantId, plan.remediationId)
        .catch((error: unknown) => logger.error({ err: error }, 'a plan did not expire'));
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
      await archive?.close();
      clearInterval(expiry);
      endTail();
      investigations.close();
      hub.close();
    },
  };
};
