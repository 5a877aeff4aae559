import type { Admins } from './admins.ts';
import type { Heard, ScoredLab } from './lab.ts';
import type { Round } from './table.ts';
import { verdictOf } from './verdict.ts';

const RESET_WITHIN_MS = 90_000;
const INJECT_WITHIN_MS = 90_000;
const DETECT_WITHIN_MS = 90_000;
/** So long nothing must be raised on a day on which nothing is broken. */
const CALM_FOR_MS = 30_000;
const CAUSE_WITHIN_MS = 180_000;
const PLAN_WITHIN_MS = 30_000;
const EXECUTE_WITHIN_MS = 120_000;
const RECOVER_WITHIN_MS = 30_000;

const timeOf = (event: { params: Record<string, unknown> } | undefined): number | undefined => {
  const at = Date.parse(String(event?.params.timestamp ?? ''));
  return Number.isNaN(at) ? undefined : at;
};
const of = <Type extends Heard['type']>(heard: readonly Heard[], type: Type, since = 0) =>
  heard.find((one): one is Extract<Heard, { type: Type }> => one.type === type && one.heardAt >= since);

export type Played = Round & { incidentId: string | undefined; title: string; said: string; ended: string };

/** What the lab said of itself, for rounds in which nothing else was heard. */
const saidBy = (lab: ScoredLab): string =>
  lab
    .heard()
    .flatMap((one) => (one.type === 'status' ? [`${one.state}: ${one.message}`] : [one.type]))
    .join('; ');

/** Breaks the shop, waits for what the agents say, carries their plan out and waits for calm. */
export const playRound = async (lab: ScoredLab, admins: Admins, fault: string | undefined): Promise<Played> => {
  const isIdle = (heard: readonly Heard[]): true | undefined =>
    heard.some((one) => one.type === 'status' && (one.state === 'idle' || one.state === 'recovered')) || undefined;
  lab.forget();
  lab.send({ type: 'reset' });
  if ((await lab.until(isIdle, RESET_WITHIN_MS)) === undefined) throw new Error('the shop could not be put back');
  lab.forget();
  lab.send({ type: 'start-fault', ...(fault === undefined ? {} : { fault }) });
  const truth = await lab.until((heard) => of(heard, 'truth'), INJECT_WITHIN_MS);
  if (truth === undefined) throw new Error(`the fault did not get in (${saidBy(lab)})`);
  // On a machine that is busy with something else one may be opened before anything is broken: an alarm about nothing.
  const early = lab.heard().filter(({ type, heardAt }) => type === 'incident' && heardAt < truth.at).length;
  const isCalm = truth.truth.kind === 'none';
  const incident = await lab.until((heard) => of(heard, 'incident', truth.at), isCalm ? CALM_FOR_MS : DETECT_WITHIN_MS);
  const round = { fault: truth.fault, early, alerted: incident !== undefined, incidentId: incident?.incidentId };
  if (incident === undefined) {
    const verdict = verdictOf(truth.truth, undefined);
    return {
      ...round,
      verdict,
      detectMs: undefined,
      causeMs: undefined,
      recoverMs: undefined,
      title: '',
      said: `nothing, for no alert came: ${JSON.stringify(truth.truth)} (${saidBy(lab)})`,
      ended: '',
    };
  }
  const until = admins.follow(incident.incidentId);
  const completed = await until(
    (events) => events.find(({ method }) => method === 'investigation.completed'),
    CAUSE_WITHIN_MS,
  );
  const doneAt = timeOf(completed);
  const proposed =
    completed === undefined || isCalm
      ? undefined
      : await until((events) => events.find(({ method }) => method === 'remediation.proposed'), PLAN_WITHIN_MS);
  const ended =
    proposed === undefined
      ? undefined
      : await admins.carryOut(String(proposed.params.remediationId), until, EXECUTE_WITHIN_MS);
  const calm =
    ended === undefined
      ? undefined
      : await lab.until((heard) => heard.findLast(({ type }) => type === 'calm'), RECOVER_WITHIN_MS);
  return {
    ...round,
    verdict: verdictOf(truth.truth, completed?.params),
    detectMs: Math.max(0, incident.heardAt - truth.at),
    causeMs: doneAt === undefined ? undefined : doneAt - incident.heardAt,
    recoverMs: calm === undefined ? undefined : calm.heardAt - truth.at,
    title: incident.title,
    said: `${JSON.stringify(completed?.params.cause ?? null)} for ${JSON.stringify(truth.truth)}`,
    ended: ended ?? (proposed === undefined ? 'no plan' : 'not ended in time'),
  };
};
