export type AlertChange = 'fired' | 'recovered' | undefined;

/**
 * An alert on a limit: fires once, and not again before it has recovered. Missing or meeting it must last, so that a
 * process that starts or a slow scrape is no incident.
 */
export const createAlertRule = (limit: number, lastsMs: number) => {
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
      if (at - since < lastsMs) return undefined;
      since = undefined;
      firing = !firing;
      return firing ? 'fired' : 'recovered';
    },
  };
};
