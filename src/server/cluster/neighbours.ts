/**
 * What the nodes of one system tell each other beside the log: who looks at what, who has signed out. Nobody keeps it,
 * and a node that cannot be reached misses it.
 */
export type Neighbours = {
  /** Tells all other nodes; never waits and never throws. */
  tell(topic: string, message: unknown): void;
  /** Hears what others tell, with the name of the node that did. */
  hear(topic: string, listener: (message: unknown, from: string) => void): void;
};

/** A process that is the whole system. */
export const alone: Neighbours = { tell: () => undefined, hear: () => undefined };

/** How often a node repeats what it has told about itself, and after how long without it that is no longer believed. */
export const REPEAT_MS = 5_000;
export const BELIEVED_MS = 12_000;
