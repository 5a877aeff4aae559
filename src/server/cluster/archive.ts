/** Where the records of incidents that have ended are kept besides the log, with a retention of their own. */
export type Archive = {
  /** The version of the record of this name; undefined where there is none. */
  version(name: string): Promise<string | undefined>;
  /** Keeps the record, given in parts, in the place of what had this name. */
  keep(name: string, version: string, parts: AsyncIterable<string>): Promise<void>;
};
