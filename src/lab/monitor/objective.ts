import type { History } from './history.ts';
import { runQuery, slowInWindow } from './query.ts';

export type Objective = {
  name: string;
  kind: 'latency' | 'errors' | 'backlog' | 'memory';
  service: string;
  metric: string;
  where: Record<string, string>;
  operation: 'p99' | 'rate' | 'value';
  /** Seconds, a share, seconds, bytes; by kind. */
  limit: number;
  unit: 's' | 'share' | 'bytes';
  windowMs: number;
  /** The rule in words, and what people read in the title of an incident. */
  says: string;
};

/** One slow request among sixty is the 99th percentile of them; a rule needs more than one. */
const LEAST_BAD = 6;
/** Far above the usual 60 ms, so that a machine which is busy with something else is no incident. */
const CHECKOUT_SECONDS = 0.75;
const ERROR_SHARE = 0.05;
const BACKLOG_SECONDS = 8;
const MEMORY_SHARE = 0.8;

const percent = (share: number): string => `${Math.round(share * 100)} %`;

export type ShopFacts = { queue: string; services: readonly string[]; memoryLimitBytes: number; windowMs: number };

/** What the shop's people promise, by what its customers and its machines feel. */
export const objectivesOf = ({ queue, services, memoryLimitBytes, windowMs }: ShopFacts): Objective[] => {
  const checkout = {
    service: 'gateway',
    metric: 'http_request_duration_seconds',
    where: { service: 'gateway', route: '/checkout' },
    windowMs,
  };
  return [
    {
      ...checkout,
      name: 'Checkout',
      kind: 'latency',
      operation: 'p99',
      limit: CHECKOUT_SECONDS,
      unit: 's',
      says: `Checkout p99 latency above ${CHECKOUT_SECONDS * 1000} ms`,
    },
    {
      ...checkout,
      name: 'Checkout errors',
      kind: 'errors',
      operation: 'rate',
      limit: ERROR_SHARE,
      unit: 'share',
      says: `Checkout errors above ${percent(ERROR_SHARE)}`,
    },
    {
      name: 'Queue backlog',
      kind: 'backlog',
      service: 'queue',
      metric: 'queue_oldest_age_seconds',
      where: { queue },
      operation: 'value',
      limit: BACKLOG_SECONDS,
      unit: 's',
      windowMs,
      says: `Oldest message in ${queue} waits longer than ${BACKLOG_SECONDS} s`,
    },
    ...services.map(
      (service): Objective => ({
        name: `${service} memory`,
        kind: 'memory',
        service,
        metric: 'process_resident_memory_bytes',
        where: { service },
        operation: 'value',
        limit: MEMORY_SHARE * memoryLimitBytes,
        unit: 'bytes',
        windowMs,
        says: `${service} memory above ${percent(MEMORY_SHARE)} of its limit`,
      }),
    ),
  ];
};

type Measured = { value: number; enough: boolean };

const errorShare = (history: History, { metric, where }: Objective, windowMs: number): Measured | undefined => {
  const from = (history.times().at(-1) ?? 0) - 1;
  const range = { metric, where, windowMs, from, to: Number.POSITIVE_INFINITY };
  const rates = runQuery(history, { ...range, operation: 'rate', by: 'status' }).map(({ labels, points }) => ({
    failed: labels.status?.startsWith('5') === true,
    rate: points.at(-1)?.[1] ?? 0,
  }));
  const all = rates.reduce((sum, { rate }) => sum + rate, 0);
  const failed = rates.reduce((sum, one) => sum + (one.failed ? one.rate : 0), 0);
  return all === 0 ? undefined : { value: failed / all, enough: (failed * windowMs) / 1000 >= LEAST_BAD };
};

const measureOver = (history: History, objective: Objective, windowMs: number): Measured | undefined => {
  if (objective.kind === 'errors') return errorShare(history, objective, windowMs);
  const { kind, metric, where, operation, limit } = objective;
  const from = (history.times().at(-1) ?? 0) - 1;
  const range = { metric, where, windowMs, from, to: Number.POSITIVE_INFINITY };
  const value = runQuery(history, { ...range, operation })[0]?.points.at(-1)?.[1];
  if (value === undefined) return undefined;
  return { value, enough: kind !== 'latency' || slowInWindow(history, metric, where, limit, windowMs) >= LEAST_BAD };
};

/** The newest part of the window: what is over already must not fire any more. */
const RECENT_SHARE = 0.35;

/** The newest value, and whether enough happened to believe it; undefined where nothing was measured. */
export const measure = (history: History, objective: Objective): Measured | undefined => {
  const whole = measureOver(history, objective, objective.windowMs);
  const recent = measureOver(history, objective, objective.windowMs * RECENT_SHARE);
  if (whole === undefined) return undefined;
  return { ...whole, enough: whole.enough && recent !== undefined && recent.value > objective.limit };
};

/** The value as people write it. */
export const shown = ({ unit }: Objective, value: number): string => {
  if (unit === 'share') return percent(value);
  if (unit === 'bytes') return `${Math.round(value / 1024 / 1024)} MB`;
  return value < 10 ? `${Math.round(value * 1000)} ms` : `${Math.round(value)} s`;
};
