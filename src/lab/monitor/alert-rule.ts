export type AlertChange = 'fired' | 'recovered' | undefined;

/** So many evaluations in a row before it fires, and before it is over: one slow scrape is no incident. */
const IN_A_ROW = 4;

/** An alert on a limit: fires once, and not again before it has recovered. */
export const createAlertRule = (limit: number) => {
  let firing = false;
  let against = 0;
  return {
    firing: (): boolean => firing,
    /** `enough` is whether enough happened to believe the value. */
    evaluate: (value: number | undefined, enough: boolean): AlertChange => {
      const breached = value !== undefined && value > limit && enough;
      // Recovered is the objective met, not merely too few bad ones left in the window to fire.
      const met = value !== undefined && value <= limit;
      against = (firing ? met : breached) ? against + 1 : 0;
      if (against < IN_A_ROW) return undefined;
      against = 0;
      firing = !firing;
      return firing ? 'fired' : 'recovered';
    },
  };
};
