import { createAlertRule } from './alert-rule.ts';
import type { History } from './history.ts';
import { measure, type Objective } from './objective.ts';

export type Fired = { objective: Objective; value: number };
type Alert = {
  objective: Objective;
  rule: ReturnType<typeof createAlertRule>;
  since: number | null;
  value: number | null;
};

/** What fires again so soon after a calm is the same trouble, that came and went: as Prometheus' `keep_firing_for`. */
const SAME_WITHIN_MS = 60_000;

/**
 * All rules together. What is broken is felt in several places: the first that fires after a calm opens an incident, and
 * the others belong to it until all have been calm for a while.
 */
export const createAlerts = (
  objectives: readonly Objective[],
  lastsMs: number,
  on: { incident: (fired: Fired) => void; firing: () => void; calm: () => void },
) => {
  const fresh = (): Alert[] =>
    objectives.map((objective) => ({
      objective,
      rule: createAlertRule(objective.limit, lastsMs),
      since: null,
      value: null,
    }));
  let alerts = fresh();
  let calmAt = Number.NEGATIVE_INFINITY;

  return {
    evaluate: (history: History, now: number): void => {
      const wasFiring = alerts.some(({ rule }) => rule.firing());
      let first: Fired | undefined;
      for (const alert of alerts) {
        const measured = measure(history, alert.objective);
        alert.value = measured?.value ?? null;
        const change = alert.rule.evaluate(now, measured?.value, measured?.enough ?? false);
        if (change === undefined) continue;
        alert.since = change === 'fired' ? now : null;
        if (change === 'fired' && measured !== undefined)
          first ??= { objective: alert.objective, value: measured.value };
      }
      const isFiring = alerts.some(({ rule }) => rule.firing());
      if (!wasFiring && first !== undefined) {
        on.firing();
        if (now - calmAt > SAME_WITHIN_MS) on.incident(first);
      }
      if (!wasFiring || isFiring) return;
      calmAt = now;
      on.calm();
    },
    shown: () =>
      alerts.map(({ objective, rule, since, value }) => ({
        objective: objective.name,
        kind: objective.kind,
        service: objective.service,
        firing: rule.firing(),
        since: since === null ? null : new Date(since).toISOString(),
        value,
        limit: objective.limit,
      })),
    /** As if the shop had just been opened. */
    forget: (): void => {
      alerts = fresh();
      calmAt = Number.NEGATIVE_INFINITY;
    },
  };
};
