/** What one side came to. `value` is null where it could not be measured; `note` says why, or what else it cost. */
export type Figure = { side: string; value: number | null; note: string };

/** One row of the table: the product first, its peers after it. */
export type Row = {
  name: string;
  unit: string;
  better: 'more' | 'less';
  figures: readonly Figure[];
  /** What it should come to. */
  goal: string;
};

export type Bench = {
  /** What is measured and how, in a sentence or two. */
  what: string;
  /** Packages whose versions matter to the figures. */
  packages: readonly string[];
  /** It is of the product with a log in JetStream, and cannot be run where nats-server is not installed. */
  needsBroker?: true;
  /** `full` is what the table states; `tiny` shows that it runs. */
  run(size: 'full' | 'tiny'): Promise<readonly Row[]>;
};

export const failed = (side: string, error: unknown): Figure => ({
  side,
  value: null,
  note: error instanceof Error ? error.message : String(error),
});
