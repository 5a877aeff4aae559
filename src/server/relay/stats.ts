/** How a connection is doing at this moment. */
export type ConnectionStats = {
  kind: 'person' | 'agent';
  subscriptions: Readonly<Record<SubscriptionKind, number>>;
  /** Events that its reader furthest behind has still to get. */
  lag: number;
  /** It fell behind the live feed and is fed from the log. */
  isSlow: boolean;
  /** What its reader has not taken yet. */
  waitingBytes: number;
};

const SUBSCRIPTION_KINDS = ['investigation', 'remediation', 'notifications', 'dispatch'] as const;
type SubscriptionKind = (typeof SUBSCRIPTION_KINDS)[number];

/** The same over all connections. */
export type RelayStats = {
  connections: Readonly<Record<'person' | 'agent', number>>;
  subscriptions: Readonly<Record<SubscriptionKind, number>>;
  maxLag: number;
  slow: number;
  sentBytes: number;
  waitingBytes: number;
  /** Of the connection with the most. */
  maxWaitingBytes: number;
};

export const sumStats = (all: readonly ConnectionStats[], sentBytes: number): RelayStats => {
  const connections = { person: 0, agent: 0 };
  const subscriptions = { investigation: 0, remediation: 0, notifications: 0, dispatch: 0 };
  let maxLag = 0;
  let slow = 0;
  let waitingBytes = 0;
  let maxWaitingBytes = 0;
  for (const one of all) {
    connections[one.kind] += 1;
    for (const kind of SUBSCRIPTION_KINDS) subscriptions[kind] += one.subscriptions[kind];
    maxLag = Math.max(maxLag, one.lag);
    if (one.isSlow) slow += 1;
    waitingBytes += one.waitingBytes;
    maxWaitingBytes = Math.max(maxWaitingBytes, one.waitingBytes);
  }
  return { connections, subscriptions, maxLag, slow, sentBytes, waitingBytes, maxWaitingBytes };
};
