import type { IncidentEvent } from './event.ts';
import type { Objection, Precondition, Remediation, Undo } from './state.ts';

type Of<Method extends IncidentEvent['method']> = Extract<IncidentEvent, { method: Method }>;

export type RoomEvent =
  | Of<'remediation.precondition'>
  | Of<'remediation.check_requested'>
  | Of<'remediation.claimed'>
  | Of<'remediation.objected'>
  | Of<'remediation.objection_withdrawn'>
  | Of<'remediation.rollback_requested'>
  | Of<'remediation.rolled_back'>
  | Of<'remediation.rollback_failed'>;

/** The way back is open until then; what cannot be taken back is never armed. */
export const arm = (undo: Undo | null, until: number | null): Undo | null =>
  undo === null || undo.reversibility === 'irreversible' ? undo : { ...undo, state: 'armed', until };

/** The first fact that is not as it was: it parks the approval. */
export const changedPrecondition = (plan: Pick<Remediation, 'preconditions'>): Precondition | undefined =>
  plan.preconditions.find(({ status }) => status === 'changed');

/** Those who object now; while there are any, the plan does not expire. */
export const openObjections = (plan: Pick<Remediation, 'objections'>): readonly Objection[] =>
  plan.objections.filter(({ withdrawnAt }) => withdrawnAt === null);

/** The time to decide on it is over; while somebody objects, it stands still. `at` in epoch milliseconds. */
export const isOverdue = (plan: Pick<Remediation, 'expiresAt' | 'objections'>, at: number): boolean =>
  plan.expiresAt !== null && plan.expiresAt <= at && openObjections(plan).length === 0;

const look = (known: Precondition, event: Of<'remediation.precondition'>): Precondition => ({
  ...known,
  status: event.params.status,
  observed: event.params.observed ?? known.observed,
  reason: event.params.reason ?? null,
  checkedAt: event.at,
  checkAskedAt: null,
});

const ask = (known: Precondition, event: Of<'remediation.check_requested'>): Precondition =>
  event.params.preconditionId === undefined || event.params.preconditionId === known.preconditionId
    ? { ...known, checkAskedAt: event.at }
    : known;

const isSame = (objection: Objection, objectorId: string | undefined, by: string | undefined): boolean =>
  objection.objectorId === null ? objection.by === by : objection.objectorId === objectorId;

const object = (plan: Remediation, event: Of<'remediation.objected'>): Remediation => {
  const { by = '', objectorId, reason } = event.params;
  const objection = { by, objectorId: objectorId ?? null, reason: reason ?? null, at: event.at, withdrawnAt: null };
  return { ...plan, objections: [...plan.objections, objection] };
};

const withdraw = (plan: Remediation, event: Of<'remediation.objection_withdrawn'>): Remediation => {
  const { by, objectorId, expiresAt } = event.params;
  return {
    ...plan,
    expiresAt: expiresAt === undefined ? plan.expiresAt : Date.parse(expiresAt),
    objections: plan.objections.map((known) =>
      known.withdrawnAt === null && isSame(known, objectorId, by) ? { ...known, withdrawnAt: event.at } : known,
    ),
  };
};

const endUndo = (undo: Undo, event: Of<'remediation.rolled_back'> | Of<'remediation.rollback_failed'>): Undo => ({
  ...undo,
  state: event.method === 'remediation.rolled_back' ? 'done' : 'failed',
  endedAt: event.at,
  outcome: (event.method === 'remediation.rolled_back' ? event.params.outcome : event.params.reason) ?? null,
});

/** What happens around a plan beside its approval. */
export const moveInRoom = (plan: Remediation, event: RoomEvent): Remediation => {
  switch (event.method) {
    case 'remediation.precondition': {
      const { preconditionId } = event.params;
      return {
        ...plan,
        preconditions: plan.preconditions.map((known) =>
          known.preconditionId === preconditionId ? look(known, event) : known,
        ),
      };
    }
    case 'remediation.check_requested':
      return { ...plan, preconditions: plan.preconditions.map((known) => ask(known, event)) };
    case 'remediation.claimed':
      return { ...plan, claimedBy: event.params.claimedBy };
    case 'remediation.objected':
      return object(plan, event);
    case 'remediation.objection_withdrawn':
      return withdraw(plan, event);
    case 'remediation.rollback_requested': {
      const { by, reason } = event.params;
      const asked = { state: 'requested' as const, by: by ?? null, reason: reason ?? null, requestedAt: event.at };
      return { ...plan, undo: plan.undo === null ? null : { ...plan.undo, ...asked } };
    }
    case 'remediation.rolled_back':
    case 'remediation.rollback_failed':
      return { ...plan, undo: plan.undo === null ? null : endUndo(plan.undo, event) };
  }
};
