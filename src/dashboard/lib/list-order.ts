/** The list that somebody came from, in its order then: what `[` and `]` go along. */
let order: readonly string[] = [];
let opened: string | undefined;

export const rememberOrder = (ids: readonly string[], openedId: string): void => {
  order = ids;
  opened = openedId;
};

/** The incident that was opened last from a list. */
export const lastOpened = (): string | undefined => opened;

/** The remembered list where this incident is in it, otherwise `fallback`. */
export const orderWith = (incidentId: string, fallback: readonly string[]): readonly string[] =>
  order.includes(incidentId) ? order : fallback;
