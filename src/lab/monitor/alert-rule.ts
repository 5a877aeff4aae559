export type AlertChange = 'fired' | 'recovered' | undefined;

/** So many evaluations in a row before it fires, and before it is over: one slow scrape is no incident. */
const IN_A_ROW = 3;
/** One slow request among sixty is the 99th percentile of them; an alert needs more than one. */
const LEAST_SLOW = 5;

/** An alert on a percentile: fires once, and not again before it has recovered. */
export const createAlertRule = (objective: number) => {
  let firing = false;
  let against = 0;
  return {
    firing: (): boolean => firing,
    evaluate: (value: number | undefined, slow: number): AlertChange => {
      const breached = value !== undefined && value > objective && slow >= LEAST_SLOW;
      // Recovered is the objective met, not merely too few slow ones left in the window to fire.
      const met = value !== undefined && value <= objective;
      against = (firing ? met : breached) ? against + 1 : 0;
      if (against < IN_A_ROW) return undefined;
      against = 0;
      firing = !firing;
      return firing ? 'fired' : 'recovered';
    },
  };
};
