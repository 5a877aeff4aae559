import type { RelayStats } from '../relay/stats.ts';
import type { Meters } from './meters.ts';
import { createRegistry, type MetricsRegistry } from './registry.ts';

export type MetricsSource = {
  meters: Meters;
  /** What holds at this moment; null where the relay is elsewhere. */
  relay: (() => RelayStats) | null;
  /** Browsers on the proxy at this moment. */
  browsers: () => number;
  /** Bytes that browsers on the proxy have not taken yet. */
  proxyWaitingBytes: () => number;
  /** What readers hold of the memory that they may hold together. */
  heldBytes: () => number;
};

/** All figures of a scrape are of the same moment, and counted once. */
const oncePerTurn = <T>(read: () => T): (() => T) => {
  let known: { value: T } | undefined;
  return () => {
    if (known === undefined) {
      known = { value: read() };
      setImmediate(() => {
        known = undefined;
      });
    }
    return known.value;
  };
};

const relayMetrics = (to: MetricsRegistry, meters: Meters, stats: () => RelayStats): void => {
  to.gaugeBy('causeflow_relay_connections', 'Open relay connections, by who is on them.', 'kind', () =>
    Object.entries(stats().connections),
  );
  to.gaugeBy('causeflow_relay_subscriptions', 'Subscriptions that are held, by what they are to.', 'kind', () => [
    ...Object.entries(stats().subscriptions),
    ['stream', meters.eventStreams],
  ]);
  to.counter('causeflow_relay_deliveries_total', 'Events written to subscribers.', () => meters.deliveries);
  to.counter(
    'causeflow_relay_sent_bytes_total',
    'Bytes written to relay connections, framing included.',
    () => stats().sentBytes,
  );
  to.gauge(
    'causeflow_relay_reader_lag_events',
    'Events that the reader furthest behind has still to get.',
    () => stats().maxLag,
  );
  to.gauge(
    'causeflow_relay_slow_readers',
    'Connections that fell behind the live feed and are fed from the log.',
    () => stats().slow,
  );
  to.gauge(
    'causeflow_relay_waiting_bytes',
    'Bytes in memory that readers have not taken yet.',
    () => stats().waitingBytes,
  );
  to.gauge(
    'causeflow_relay_reader_waiting_bytes',
    'The same of the reader with the most.',
    () => stats().maxWaitingBytes,
  );
  to.counter(
    'causeflow_relay_fell_behind_total',
    'Times that a reader fell behind the live feed.',
    () => meters.fellBehind,
  );
  to.counter('causeflow_relay_replay_pages_total', 'Pages of the log read for subscribers.', () => meters.replayPages);
  to.counter(
    'causeflow_relay_replay_events_total',
    'Events read from the log for subscribers.',
    () => meters.replayEvents,
  );
  to.histogram('causeflow_relay_replay_page_seconds', 'Time to read a page of the log.', meters.replaySeconds);
  to.counterBy('causeflow_relay_errors_total', 'JSON-RPC errors that were answered.', 'code', () => meters.rpcErrors);
  to.counterBy(
    'causeflow_relay_closes_total',
    'Relay connections that ended, by close code.',
    'code',
    () => meters.closes,
  );
};

const logMetrics = (to: MetricsRegistry, meters: Meters): void => {
  to.counter('causeflow_log_events_total', 'Events made durable.', () => meters.logEvents);
  to.histogram(
    'causeflow_log_append_seconds',
    'Time from an append until it is durable, waiting included.',
    meters.appendSeconds,
  );
  to.histogram(
    'causeflow_log_fsync_seconds',
    'Time of a commit in the writing thread, nearly all of it the fsync.',
    meters.commitSeconds,
  );
  to.histogram('causeflow_log_group_commit_requests', 'Requests that shared one commit.', meters.commitRequests);
};

/** All metrics of the server, with the process’s own and the delay of its event loop. */
export const describeMetrics = ({
  meters,
  relay,
  browsers,
  proxyWaitingBytes,
  heldBytes,
}: MetricsSource): MetricsRegistry => {
  const to = createRegistry();
  if (relay !== null) relayMetrics(to, meters, oncePerTurn(relay));
  logMetrics(to, meters);
  to.gauge(
    'causeflow_readers_held_bytes',
    'Bytes of events on their way to readers, of at most READERS_MEMORY_MIB.',
    heldBytes,
  );
  to.counterBy(
    'causeflow_limits_reached_total',
    'Publications and connections refused, by the limit.',
    'limit',
    () => meters.limits,
  );
  to.counterBy('causeflow_http_responses_total', 'HTTP responses, by status.', 'status', () => meters.httpResponses);
  to.counterBy(
    'causeflow_upgrades_refused_total',
    'WebSocket upgrades refused, by status.',
    'status',
    () => meters.upgradesRefused,
  );
  to.gauge('causeflow_proxy_connections', 'Browsers on the proxy.', browsers);
  to.gauge('causeflow_proxy_waiting_bytes', 'Bytes that browsers on the proxy have not taken yet.', proxyWaitingBytes);
  to.counterByTwo(
    'causeflow_proxy_upstream_failures_total',
    'Times that an upstream did not serve, by which and why.',
    ['upstream', 'reason'],
    () => meters.upstreamFailures,
  );
  to.counter('causeflow_tickets_issued_total', 'One-time tickets given out.', () => meters.ticketsIssued);
  to.counter('causeflow_tickets_used_total', 'Tickets and tokens that opened the proxy.', () => meters.ticketsUsed);
  to.counter(
    'causeflow_tickets_refused_total',
    'Tickets and tokens refused by the proxy.',
    () => meters.ticketsRefused,
  );
  return to;
};
