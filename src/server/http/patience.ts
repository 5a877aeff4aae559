/** How long a client may take to say what it wants, milliseconds. One that drips letters holds a socket no longer. */
export type Patience = { headersWithinMs: number; requestWithinMs: number; checkEveryMs: number };

/** Headers fit in one packet; an import of a whole record over a slow line takes a while. */
export const USUAL_PATIENCE: Patience = { headersWithinMs: 15_000, requestWithinMs: 120_000, checkEveryMs: 5_000 };
