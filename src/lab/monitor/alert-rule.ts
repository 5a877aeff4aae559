export type AlertChange = 'fired' | 'recovered' | undefined;

/** A limit that is missed, or met, for that long is no chance: a process that starts, a slow scrape. */
const LASTS_MS = 4_000;

/** An alert on a limit: fires once, and not again before it has recovered. */
export const createAlertRule = (limit: number) => {
  let firing = false;
  let since: number | undefined;
  return {
    firing: (): boolean => firing,
    /** `enough` is whether enough happened to believe the value; times are epoch ms. */
    evaluate: (at: number, value: number | undefined, enough: boolean): AlertChange => {
      const breached = value !== undefined && value > limit && enough;
      // Recovered is the objective met, not merely too few bad ones left in the window to fire.
      const met = value !== undefined && value <= limit;
      if (!(firing ? met : breached)) {
        since = undefined;
        return undefined;
      }
      since ??= at;
      if (at - since < LASTS_MS) return undefined;
      since = undefined;
      firing = !firing;
      return firing ? 'fired' : 'recovered';
    },
  };
};
