import type { CrowdSetup } from './crowd.ts';

/** One of the servers that are measured side by side, as a process of its own. */
export type Side = {
  name: string;
  pid(): number;
  port(): number;
  /** How a crowd talks to it. */
  crowd: Pick<CrowdSetup, 'dialect' | 'incidentId'>;
  /** Connects whoever publishes. */
  publisher(): Promise<Publisher>;
  /** The longest delay of its event loop since this was last asked, in milliseconds. */
  maxDelayMs(): Promise<number>;
  stop(): Promise<void>;
};

export type Publisher = {
  /** Sends these messages in one frame; resolves once the server has answered for all of them. */
  send(messages: readonly string[]): Promise<void>;
  close(): void;
};
