/** How long the other sides of the proxy may take, and how much. */
export type ProxyLimits = {
  /** From dialling the relay to its answer to the upgrade. */
  handshakeMs: number;
  /** How often either side is sent a WebSocket ping. */
  pingEveryMs: number;
  /** After so many without a sign of life a side is gone without having said so. */
  unansweredPings: number;
  /** From a request to the API to the beginning of its answer. */
  apiAnswerMs: number;
  /** Between two pieces of an answer of the API; its stream of events has a ping every 30 s. */
  apiPauseMs: number;
  /** One body on its way to the API. */
  apiBodyBytes: number;
};

export const USUAL_PROXY_LIMITS: ProxyLimits = {
  handshakeMs: 10_000,
  pingEveryMs: 15_000,
  unansweredPings: 3,
  apiAnswerMs: 30_000,
  apiPauseMs: 90_000,
  // The largest is the import of a record, of which our own API takes as much.
  apiBodyBytes: 64 * 1024 * 1024,
};
